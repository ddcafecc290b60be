package io.btrdb.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What goes wrong before a pool is open. */
class OpenCommandTest {
  @TempDir Path folder;

  private CommandFailed failure(String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    OpenCommand command =
        new OpenCommand(
            Terminal.of("", printed, printed),
            line -> {
              throw new AssertionError("nothing was opened");
            });
    new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return assertThrows(CommandFailed.class, command::call);
  }

  @Test
  void shouldAskForThePool() {
    CommandFailed failed = failure("--from-pool", "--", "streams");
    assertEquals(ExitCode.USAGE, failed.exitCode());
    assertTrue(failed.getMessage().contains("--ceph CONF or --config FILE"), failed.getMessage());
  }

  @Test
  void shouldSayWhyCephCannotBeReached() {
    Path conf = folder.resolve("no.conf");
    CommandFailed failed = failure("--from-pool", "--ceph", conf.toString());
    assertEquals(ExitCode.FAILED, failed.exitCode());
    assertTrue(
        failed.getMessage().contains(conf.toString()) || failed.getMessage().contains("librados"),
        failed.getMessage());
  }
}
