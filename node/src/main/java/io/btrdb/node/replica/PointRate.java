package io.btrdb.node.replica;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** How fast a count grows, over the last minute. Thread-safe. */
final class PointRate {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Sample(long nanos, long count) {}

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  /**
   * Takes note of the count and tells its growth.
   *
   * @param count begins at 0 again when the replica is opened anew
   * @return a second; 0 until two samples are 5 s apart
   */
  synchronized long sample(long nanos, long count) {
    if (!samples.isEmpty() && count < samples.peekLast().count()) {
      samples.clear();
    }
    if (samples.isEmpty() || nanos - samples.peekLast().nanos() >= STEP_NANOS) {
      samples.addLast(new Sample(nanos, count));
    }
    while (nanos - samples.peekFirst().nanos() > WINDOW_NANOS + STEP_NANOS) {
      samples.removeFirst();
    }
    long elapsed = nanos - samples.peekFirst().nanos();
    return elapsed < STEP_NANOS
        ? 0
        : Math.round((count - samples.peekFirst().count()) * 1e9 / elapsed);
  }
}
