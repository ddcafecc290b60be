package io.btrdb.cli.terminal;

/** Ends the command with a message for its user and an exit code. */
public final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode one of {@link ExitCode}
   * @param message what went wrong and what to do about it
   */
  public CommandFailed(int exitCode, String message) {
    this(exitCode, message, null);
  }

  public CommandFailed(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
