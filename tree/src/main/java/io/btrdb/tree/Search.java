package io.btrdb.tree;

/** Searches in ascending columns of times. */
final class Search {
  private static final int GALLOP_STEP = 8;
  private static final int NEAR = 8;

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

  /** The same, fast where times are evenly spaced: a guess by proportion, then near it. */
  static int interpolate(long[] times, int from, int to, long time) {
    if (to - from <= 2 * NEAR) {
      return lowerBound(times, from, to, time);
    }
    long first = times[from];
    long last = times[to - 1];
    if (time <= first) {
      return from;
    }
    if (time > last) {
      return to;
    }
    double share = (double) (time - first) / (double) (last - first);
    int guess = from + (int) (share * (to - 1 - from));
    if (times[guess] < time) {
      int near = Math.min(to, guess + 1 + NEAR);
      return near < to && times[near] < time
          ? lowerBound(times, near + 1, to, time)
          : lowerBound(times, guess + 1, near, time);
    }
    int near = Math.max(from, guess - NEAR);
    return near > from && times[near] >= time
        ? lowerBound(times, from, near, time)
        : lowerBound(times, near, guess, time);
  }
}
