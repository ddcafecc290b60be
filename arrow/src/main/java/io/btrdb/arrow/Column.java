package io.btrdb.arrow;

/** Values of one column, the first of an array; borrowed until they are written. */
public sealed interface Column {
  /** Times in nanoseconds since the epoch, or counts. */
  record Longs(long[] values) implements Column {}

  record Doubles(double[] values) implements Column {}
}
