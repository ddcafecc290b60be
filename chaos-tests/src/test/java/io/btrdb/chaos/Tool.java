package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;

/** Runs a verb of the btrdb command in this process. */
final class Tool {
  private Tool() {}

  /** What a verb printed, to both streams, and how it ended. */
  record Run(int code, String text) {}

  static Run run(Function<Terminal, Callable<Integer>> verb, List<String> arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    CommandLine line = new CommandLine(verb.apply(Terminal.of("", printed, printed)));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          printed.writeBytes((failure + "\n").getBytes(StandardCharsets.UTF_8));
          return 1;
        });
    int code = line.execute(arguments.toArray(String[]::new));
    String text = printed.toString(StandardCharsets.UTF_8);
    text.lines().forEach(each -> System.out.println("  | " + each));
    return new Run(code, text);
  }

  /** Runs a verb that must succeed. */
  static String succeed(Function<Terminal, Callable<Integer>> verb, String... arguments) {
    Run run = run(verb, List.of(arguments));
    assertEquals(0, run.code(), run.text());
    return run.text();
  }
}
