package io.btrdb.tree;

import java.util.Arrays;

/**
 * Up to {@link TreeShape#leafCapacity} points in order of time, equal times in order of insertion.
 * The arrays may be longer than the points and may be shared with sibling leaves that lie in the
 * same block.
 */
final class Leaf extends Node {
  private static final int SMALLEST_GROWTH = 16;

  long[] times;
  double[] values;
  final int from;
  int to;

  /** Null until a reader of the frozen leaf wants it. */
  private LeafSpans spans;

  /** A view of points [from, to) of arrays that this leaf keeps. */
  Leaf(int width, long start, long[] times, double[] values, int from, int to) {
    super(width, start);
    this.times = times;
    this.values = values;
    this.from = from;
    this.to = to;
  }

  static Leaf copyOf(int width, long start, long[] times, double[] values, int from, int to) {
    return new Leaf(
        width,
        start,
        Arrays.copyOfRange(times, from, to),
        Arrays.copyOfRange(values, from, to),
        0,
        to - from);
  }

  int size() {
    return to - from;
  }

  @Override
  long count() {
    return to - from;
  }

  long firstTime() {
    return times[from];
  }

  long lastTime() {
    return times[to - 1];
  }

  /**
   * Index in {@link #times} of the first point at or after {@code time}, {@link #to} if none is.
   */
  int lowerBound(long time) {
    return Search.interpolate(times, from, to, time);
  }

  /** Adds points behind the last; for the editor that owns this leaf. */
  void append(long[] moreTimes, double[] moreValues, int first, int end, int capacity) {
    int more = end - first;
    int needed = to + more;
    if (needed > times.length) {
      int room = Math.max(needed, Math.min(capacity, Math.max(SMALLEST_GROWTH, 2 * times.length)));
      times = Arrays.copyOf(times, room);
      values = Arrays.copyOf(values, room);
    }
    System.arraycopy(moreTimes, first, times, to, more);
    System.arraycopy(moreValues, first, values, to, more);
    to = needed;
  }

  /** The same points in arrays of their own, with room for {@code more}. */
  Leaf copyWithRoomFor(int more, int capacity) {
    int size = size();
    int room = Math.max(size + more, Math.min(capacity, size + Math.max(SMALLEST_GROWTH, more)));
    long[] ownTimes = new long[room];
    double[] ownValues = new double[room];
    System.arraycopy(times, from, ownTimes, 0, size);
    System.arraycopy(values, from, ownValues, 0, size);
    return new Leaf(width, start, ownTimes, ownValues, 0, size);
  }

  /** As a cache should keep it: no room to grow. */
  Leaf trimmed() {
    if (from == 0 && to == times.length) {
      return this;
    }
    Leaf tight = copyOf(width, start, times, values, from, to);
    tight.version = version;
    tight.address = address;
    return tight;
  }

  /** Adds the statistics of points [at, end); for readers, once the leaf is frozen. */
  void addTo(Summary into, int at, int end) {
    if (end - at < LeafSpans.WORTHWHILE_POINTS) {
      into.addPoints(times, values, at, end);
      return;
    }
    LeafSpans known = spans;
    if (known == null) {
      known = new LeafSpans(this);
      spans = known;
    }
    known.addTo(into, this, at, end);
  }

  @Override
  void addTo(Summary into) {
    into.addPoints(times, values, from, to);
  }

  @Override
  public int heapBytes() {
    return OBJECT_BYTES + 2 * (ARRAY_BYTES + 8 * times.length) + LeafSpans.heapBytes(times.length);
  }
}
