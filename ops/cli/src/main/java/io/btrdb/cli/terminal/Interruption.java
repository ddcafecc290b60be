package io.btrdb.cli.terminal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM for work that should not break off anywhere: the work asks {@link #requested}
 * now and then, and has a few seconds to come to an end and say how far it got.
 *
 * <pre>{@code
 * try (Interruption interruption = Interruption.watch()) {
 *   while (more() && !interruption.requested()) {
 *     step();
 *   }
 * }
 * }</pre>
 */
public final class Interruption implements AutoCloseable {
  private static final long GRACE_SECONDS = 5;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final CountDownLatch wish = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "btrdb-interruption");
  private volatile boolean requested;

  private Interruption() {}

  public static Interruption watch() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Whether the user wants it to end. */
  public boolean requested() {
    return requested;
  }

  /**
   * Waits for so long, or until the user wants it to end.
   *
   * @return whether the user wants it to end
   */
  public boolean pause(Duration duration) {
    try {
      return wish.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void interrupt() {
    requested = true;
    wish.countDown();
    try {
      if (!finished.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("did not come to an end in " + GRACE_SECONDS + " s; ending anyway");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work is over. */
  @Override
  public void close() {
    finished.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The shutdown began this very moment; the hook finds the work finished.
        requested = true;
      }
    }
  }
}
