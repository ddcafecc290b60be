package io.btrdb.tree;

/** Merges a sorted batch into the points of a leaf, by the batch's policy. Not thread-safe. */
final class LeafMerge {
  private static final int KEPT_POINTS_MAX = 1 << 13;

  /** Pairs of equal times that are compared one by one; past this a set is built. */
  private static final int PAIRS_MAX = 1 << 12;

  private long[] times = new long[64];
  private double[] values = new double[64];
  private int size;

  long[] times() {
    return times;
  }

  double[] values() {
    return values;
  }

  int size() {
    return size;
  }

  /** Lets go of arrays that one large batch made. */
  void release() {
    if (times.length > KEPT_POINTS_MAX) {
      times = new long[64];
      values = new double[64];
    }
  }

  /** Merges batch points [lo, hi); false when the leaf would stay as it is. */
  boolean run(Leaf leaf, Batch batch, int lo, int hi) {
    ensure(leaf.size() + hi - lo);
    size = 0;
    boolean changed = false;
    long[] fresh = batch.times();
    int i = leaf.from;
    int j = lo;
    while (i < leaf.to && j < hi) {
      if (leaf.times[i] < fresh[j]) {
        int end = Search.gallop(leaf.times, i, leaf.to, fresh[j]);
        copy(leaf.times, leaf.values, i, end);
        i = end;
      } else if (fresh[j] < leaf.times[i]) {
        int end = Search.gallop(fresh, j, hi, leaf.times[i]);
        copy(fresh, batch.values(), j, end);
        changed = true;
        j = end;
      } else {
        int oldEnd = endOfTime(leaf.times, i, leaf.to);
        int newEnd = endOfTime(fresh, j, hi);
        changed |= meet(leaf, i, oldEnd, batch, j, newEnd);
        i = oldEnd;
        j = newEnd;
      }
    }
    copy(leaf.times, leaf.values, i, leaf.to);
    copy(fresh, batch.values(), j, hi);
    return changed || j < hi;
  }

  /** Old and new points of one time; false when only the old ones stay. */
  private boolean meet(Leaf leaf, int i, int oldEnd, Batch batch, int j, int newEnd) {
    if (batch.policy() != MergePolicy.REPLACE) {
      copy(leaf.times, leaf.values, i, oldEnd);
    }
    return switch (batch.policy()) {
      case NEVER, REPLACE -> {
        copy(batch.times(), batch.values(), j, newEnd);
        yield true;
      }
      case RETAIN -> false;
      case EQUAL -> addUnequal(leaf, i, oldEnd, batch, j, newEnd);
    };
  }

  private boolean addUnequal(Leaf leaf, int i, int oldEnd, Batch batch, int j, int newEnd) {
    ValueSet known = null;
    if ((long) (oldEnd - i) * (newEnd - j) > PAIRS_MAX) {
      known = new ValueSet(oldEnd - i);
      for (int k = i; k < oldEnd; k++) {
        known.add(leaf.values[k]);
      }
    }
    int before = size;
    for (int k = j; k < newEnd; k++) {
      double value = batch.values()[k];
      if (known == null ? !holds(leaf, i, oldEnd, value) : !known.contains(value)) {
        copy(batch.times(), batch.values(), k, k + 1);
      }
    }
    return size > before;
  }

  private static boolean holds(Leaf leaf, int from, int to, double value) {
    long bits = Double.doubleToRawLongBits(value);
    for (int k = from; k < to; k++) {
      if (Double.doubleToRawLongBits(leaf.values[k]) == bits) {
        return true;
      }
    }
    return false;
  }

  private static int endOfTime(long[] times, int from, int to) {
    return Search.gallop(times, from, to, times[from] + 1);
  }

  private void copy(long[] fromTimes, double[] fromValues, int from, int to) {
    System.arraycopy(fromTimes, from, times, size, to - from);
    System.arraycopy(fromValues, from, values, size, to - from);
    size += to - from;
  }

  private void ensure(int points) {
    if (points > times.length) {
      times = new long[Math.max(points, 2 * times.length)];
      values = new double[times.length];
    }
  }
}
