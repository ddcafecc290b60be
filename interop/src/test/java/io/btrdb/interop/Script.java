package io.btrdb.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Programs in other languages: what they need is fetched from their registries, then they run. */
final class Script {
  private static final long PATIENCE_MINUTES = 8;

  /** Set where the tests must not be skipped. */
  private static final boolean REQUIRED = System.getenv("BTRDB_REQUIRE_INTEROP") != null;

  private final Path directory;
  private final Map<String, String> environment;

  /**
   * @param directory where programs run
   * @param environment of the test's program, on top of this process's own
   */
  Script(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  /**
   * Runs what prepares a test. When it fails the test is skipped with a line that says so, except
   * where it is required: then it fails.
   */
  void prepare(Path log, String... command) {
    String problem = run(log, List.of(command), Map.of());
    if (problem == null) {
      return;
    }
    String why = String.join(" ", command) + ": " + problem;
    if (REQUIRED) {
      throw new AssertionError(why + "\n" + tail(log));
    }
    System.out.println("skipped, because what it needs cannot be had: " + why);
    Assumptions.abort(why);
  }

  /** Runs the test's program; it fails when the program does. */
  void check(Path log, List<String> command, List<String> arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(arguments);
    String problem = run(log, all, environment);
    String said = tail(log);
    System.out.println(said);
    if (problem != null) {
      throw new AssertionError(String.join(" ", all) + ": " + problem + "\n" + said);
    }
  }

  /** Null when all went well. */
  private String run(Path log, List<String> command, Map<String, String> more) {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().putAll(more);
      Process process = builder.start();
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return "not done after " + PATIENCE_MINUTES + " minutes";
      }
      return process.exitValue() == 0 ? null : "exit code " + process.exitValue();
    } catch (IOException e) {
      return e.getMessage();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 200), lines.size()));
    } catch (IOException e) {
      return "no output: " + e.getMessage();
    }
  }
}
