package io.btrdb.cli.backup;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;

/** Counts, shows and slows down the copying of bytes. Used by one thread. */
final class CopyMeter {
  private static final long MEBI = 1 << 20;

  private final Progress progress;
  private final Throttle throttle;
  private final Interruption interruption;
  private long copied;
  private long expected;

  CopyMeter(Progress progress, Throttle throttle, Interruption interruption) {
    this.progress = progress;
    this.throttle = throttle;
    this.interruption = interruption;
  }

  /** So much more is to come. */
  void expect(long bytes) {
    expected += bytes;
  }

  void now(String what) {
    progress.spin(what);
  }

  /**
   * @throws CommandFailed when the user wants it to end
   */
  void copied(long bytes) {
    copied += bytes;
    throttle.pass(bytes);
    progress.show(copied, Math.max(copied, expected), copied / MEBI);
    if (interruption.requested()) {
      throw new CommandFailed(
          ExitCode.PARTIAL, "interrupted; the same command goes on where this one stopped");
    }
  }

  long copiedBytes() {
    return copied;
  }
}
