package io.btrdb.cli.demo;

import java.time.Duration;

/**
 * When measurements were taken: sparsely for a year, then 120 times a second, up to the present.
 * Times of the dense part are those of the 120 Hz grid rounded to a nanosecond. Immutable.
 */
final class Timeline {
  static final int HERTZ = 120;
  static final long YEAR_NANOS = Duration.ofDays(365).toNanos();

  private final long start;
  private final long step;
  private final int sparse;
  private final long denseStart;
  private final int size;

  /**
   * @param end exclusive, nanoseconds since the epoch
   */
  Timeline(long end, Duration historyStep, Duration dense) {
    this.start = end - YEAR_NANOS;
    this.step = historyStep.toNanos();
    this.denseStart = end - dense.toNanos();
    this.sparse = Math.toIntExact((denseStart - start + step - 1) / step);
    this.size = Math.toIntExact(sparse + dense.toSeconds() * HERTZ);
  }

  /** Points of one channel. */
  int size() {
    return size;
  }

  long start() {
    return start;
  }

  long denseStart() {
    return denseStart;
  }

  /** The time of a point, ascending with its index. */
  long time(int index) {
    return index < sparse
        ? start + index * step
        : denseStart + Math.round((index - sparse) * (1e9 / HERTZ));
  }
}
