package io.btrdb.tree;

/** Searches in ascending columns of times. */
final class Search {
  private static final int GALLOP_STEP = 8;

  private Search() {}

  /**
   * The first index in [from, to) whose time is at or after {@code time}, {@code to} if none is.
   */
  static int lowerBound(long[] times, int from, int to, long time) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The same, faster when the answer is near {@code from}. */
  static int gallop(long[] times, int from, int to, long time) {
    int low = from;
    long step = GALLOP_STEP;
    while (low + step < to && times[(int) (low + step)] < time) {
      low += (int) step;
      step <<= 1;
    }
    return lowerBound(times, low, (int) Math.min(to, low + step), time);
  }
}
