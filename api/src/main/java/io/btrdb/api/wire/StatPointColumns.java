package io.btrdb.api.wire;

import java.util.Objects;

/**
 * Statistics of windows as columns: start in nanoseconds, minimum, mean, maximum, number of points,
 * population standard deviation. The arrays are as long as each other and belong to whoever made
 * them.
 */
public record StatPointColumns(
    long[] starts, double[] min, double[] mean, double[] max, long[] counts, double[] stddev) {
  public StatPointColumns {
    int length = starts.length;
    if (min.length != length
        || mean.length != length
        || max.length != length
        || counts.length != length
        || stddev.length != length) {
      throw new IllegalArgumentException("columns of different lengths, the first has " + length);
    }
  }

  /** Columns of zeros. */
  public static StatPointColumns ofCapacity(int capacity) {
    return new StatPointColumns(
        new long[capacity],
        new double[capacity],
        new double[capacity],
        new double[capacity],
        new long[capacity],
        new double[capacity]);
  }

  public int capacity() {
    return starts.length;
  }

  StatPointColumns grownTo(int capacity) {
    StatPointColumns grown = ofCapacity(capacity);
    int kept = capacity();
    System.arraycopy(starts, 0, grown.starts, 0, kept);
    System.arraycopy(min, 0, grown.min, 0, kept);
    System.arraycopy(mean, 0, grown.mean, 0, kept);
    System.arraycopy(max, 0, grown.max, 0, kept);
    System.arraycopy(counts, 0, grown.counts, 0, kept);
    System.arraycopy(stddev, 0, grown.stddev, 0, kept);
    return grown;
  }

  /** Same arrays; a record's own equality would compare nothing else either. */
  @Override
  public boolean equals(Object other) {
    return other instanceof StatPointColumns that
        && starts == that.starts
        && min == that.min
        && mean == that.mean
        && max == that.max
        && counts == that.counts
        && stddev == that.stddev;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        System.identityHashCode(starts),
        System.identityHashCode(min),
        System.identityHashCode(max));
  }
}
