package io.btrdb.cli.backup;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Keeps copying below a rate. Used by one thread. */
final class Throttle {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** How much of a pause is made up for by going faster afterwards. */
  private static final long CREDIT_NANOS = SECOND / 4;

  private final double nanosPerByte;
  private long due = System.nanoTime();

  /**
   * @param megabytesPerSecond 0 for no limit
   */
  Throttle(int megabytesPerSecond) {
    this.nanosPerByte = megabytesPerSecond == 0 ? 0 : SECOND / (megabytesPerSecond * 1e6);
  }

  /** Waits until so many more bytes may pass. */
  void pass(long bytes) {
    if (nanosPerByte == 0) {
      return;
    }
    due = Math.max(due, System.nanoTime() - CREDIT_NANOS) + (long) (bytes * nanosPerByte);
    for (long left = due - System.nanoTime();
        left > 0 && !Thread.currentThread().isInterrupted();
        left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
