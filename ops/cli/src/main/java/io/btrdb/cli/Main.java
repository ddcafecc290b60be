package io.btrdb.cli;

import io.btrdb.api.ErrorCode;
import io.btrdb.cli.cluster.ClusterProblem;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.BadText;
import io.btrdb.client.BtrdbException;
import io.btrdb.node.config.ConfigException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** Runs one command and ends the process with its exit code. */
public final class Main {
  /** The reader of our output has gone, as in {@code btrdb values s | head}: a shell's SIGPIPE. */
  private static final int PIPE_CLOSED = 141;

  private Main() {}

  public static void main(String[] arguments) {
    // Libraries of the client have much to say about connections; the user asked only for an
    // answer.
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
    System.exit(run(Terminal.system(), arguments));
  }

  /** Runs a command and tells its exit code. */
  static int run(Terminal terminal, String... arguments) {
    CommandLine line = Verbs.commandLine(terminal, arguments);
    line.setExecutionExceptionHandler((failure, command, parsed) -> report(failure, terminal));
    return line.execute(arguments);
  }

  private static int report(Exception failure, Terminal terminal) {
    return switch (failure) {
      case CommandFailed e -> say(terminal, e.exitCode(), e.getMessage());
      case ClusterProblem e -> say(terminal, ExitCode.FAILED, e.getMessage());
      case ConfigException e -> say(terminal, ExitCode.USAGE, e.getMessage());
      case BadText e -> say(terminal, ExitCode.USAGE, e.getMessage());
      case BtrdbException e ->
          say(
              terminal,
              e.code() == ErrorCode.CLUSTER_DEGRADED.number()
                  ? ExitCode.UNREACHABLE
                  : ExitCode.FAILED,
              e.getMessage());
      case IllegalArgumentException e -> say(terminal, ExitCode.USAGE, e.getMessage());
      case UncheckedIOException e -> report(e.getCause(), terminal);
      case IOException e -> reportIo(e, terminal);
      default -> {
        terminal.say("btrdb: this is a defect of btrdb, please report it:");
        failure.printStackTrace(terminal.err());
        yield ExitCode.FAILED;
      }
    };
  }

  private static int reportIo(IOException failure, Terminal terminal) {
    return switch (failure) {
      case NoSuchFileException e ->
          say(terminal, ExitCode.USAGE, "there is no file " + e.getFile());
      case FileNotFoundException e -> say(terminal, ExitCode.USAGE, e.getMessage());
      case AccessDeniedException e ->
          say(terminal, ExitCode.FAILED, "no permission for " + e.getFile());
      default ->
          "Broken pipe".equals(failure.getMessage())
              ? PIPE_CLOSED
              : say(terminal, ExitCode.FAILED, failure.toString());
    };
  }

  private static int say(Terminal terminal, int exitCode, String message) {
    terminal.say("btrdb: " + message);
    return exitCode;
  }
}
