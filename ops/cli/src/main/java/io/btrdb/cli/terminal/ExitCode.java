package io.btrdb.cli.terminal;

/** What the command's exit status means. An interruption by Ctrl-C gives the shell's 130. */
public final class ExitCode {
  public static final int OK = 0;

  /** The operation was understood, tried and failed. */
  public static final int FAILED = 1;

  /** The command line or a file named on it makes no sense. */
  public static final int USAGE = 2;

  /** No node answered, or no majority of them. */
  public static final int UNREACHABLE = 3;

  /** Some of it was done, as when a file had bad lines. */
  public static final int PARTIAL = 4;

  private ExitCode() {}
}
