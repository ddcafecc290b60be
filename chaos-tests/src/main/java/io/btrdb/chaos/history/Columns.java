package io.btrdb.chaos.history;

import java.util.Arrays;

/**
 * Points as columns of the same length. The arrays are not copied and never changed.
 *
 * @param times nanoseconds
 */
public record Columns(long[] times, double[] values) {
  public static final Columns NOTHING = new Columns(new long[0], new double[0]);

  public Columns {
    if (times.length != values.length) {
      throw new IllegalArgumentException(times.length + " times, " + values.length + " values");
    }
  }

  public int size() {
    return times.length;
  }

  /** The points in [start, end) of columns that are in order of time. */
  public Columns between(long start, long end) {
    int from = 0;
    while (from < times.length && times[from] < start) {
      from++;
    }
    int to = from;
    while (to < times.length && times[to] < end) {
      to++;
    }
    return new Columns(Arrays.copyOfRange(times, from, to), Arrays.copyOfRange(values, from, to));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Columns that
        && Arrays.equals(times, that.times)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(times) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return size() + " points";
  }
}
