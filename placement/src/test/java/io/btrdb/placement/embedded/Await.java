package io.btrdb.placement.embedded;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads and sessions bring about. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Await() {}

  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** Tries again while the supplier throws. */
  public static <T> T value(String what, Supplier<T> supplier) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        return supplier.get();
      } catch (RuntimeException e) {
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what, e);
        }
        LockSupport.parkNanos(50_000_000);
      }
    }
  }
}
