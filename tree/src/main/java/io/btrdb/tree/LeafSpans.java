package io.btrdb.tree;

/**
 * Statistics of every {@link #POINTS} points of a frozen leaf, so that a window's edge in it costs
 * a few rows and not all its points. Made when first wanted, never stored. Immutable, with final
 * fields alone: threads that race to make it agree.
 */
final class LeafSpans {
  static final int POINTS = 64;

  /** Parts of leaves shorter than this are cheaper to take point by point. */
  static final int WORTHWHILE_POINTS = 2 * POINTS;

  private static final int MIN = 0;
  private static final int MAX = 1;
  private static final int MEAN = 2;
  private static final int M2 = 3;
  private static final int ROW = 4;

  private final int from;
  private final double[] rows;

  LeafSpans(Leaf leaf) {
    from = leaf.from;
    int spans = leaf.size() / POINTS;
    rows = new double[spans * ROW];
    Summary summary = new Summary();
    for (int s = 0; s < spans; s++) {
      summary.clear();
      int at = from + s * POINTS;
      summary.addPoints(leaf.times, leaf.values, at, at + POINTS);
      rows[s * ROW + MIN] = summary.min;
      rows[s * ROW + MAX] = summary.max;
      rows[s * ROW + MEAN] = summary.mean;
      rows[s * ROW + M2] = summary.m2;
    }
  }

  static int heapBytes(int points) {
    return Node.OBJECT_BYTES + Node.ARRAY_BYTES + points / POINTS * ROW * Double.BYTES;
  }

  /** Adds points [at, end) of the leaf this was made of. */
  void addTo(Summary into, Leaf leaf, int at, int end) {
    int first = (at - from + POINTS - 1) / POINTS;
    int last = (end - from) / POINTS;
    into.addPoints(leaf.times, leaf.values, at, from + first * POINTS);
    for (int s = first; s < last; s++) {
      int row = s * ROW;
      int begin = from + s * POINTS;
      into.addSpan(
          leaf,
          begin,
          begin + POINTS,
          rows[row + MIN],
          rows[row + MAX],
          rows[row + MEAN],
          rows[row + M2]);
    }
    into.addPoints(leaf.times, leaf.values, from + last * POINTS, end);
  }
}
