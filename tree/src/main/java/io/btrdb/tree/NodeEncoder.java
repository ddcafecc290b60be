package io.btrdb.tree;

import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;

/**
 * Writes nodes as the payloads of blocks. All of a core's children have their place already: a
 * block of their own or a part of this one. Not thread-safe.
 *
 * <pre>
 * block   := format:byte(1) values:byte(1) width:byte slot:varint version:varint body
 * body    := points | core                      by the block's kind: {@link #LEAF}, {@link #CORE}
 * points  := as {@link PointsCodec}             up to the end of the block
 * core    := height:byte since:varint rows:byte slot*rows:long place*rows:long version*rows:long
 *            stored inlined
 * stored  := segment:long* ordinal:long* count:long* head:long* tail:long*
 *            min:double* max:double* mean:double* m2:double* first:double* last:double*
 *                                               of the rows with place 1
 * inlined := bytes:varint points                when there are rows with place 2: the points of all
 *                                               these leaves together, in order; slots part them
 *            (bytes:varint core)*               of the rows with place 3
 * </pre>
 *
 * {@code values} is the type of the points' values, 1 for float64. {@code width} is log2 of the
 * slot the node covers, and {@code slot} counts slots of that width from {@link TimeRange#MIN};
 * {@code version} is the version that last changed the node: a block read in the wrong place
 * differs in at least one of them. {@code place} is 0 for a deleted child, 1 for one with a block
 * of its own, 2 for a leaf inside this block, 3 for a core inside it. {@code head} is the distance
 * of a child's first point from the start of its slot, {@code tail} that of its last point from the
 * end of its slot. Columns are those of {@link io.btrdb.codec.LongColumn} and {@link
 * io.btrdb.codec.DoubleColumn}; a column of no rows has no bytes. The statistics of children inside
 * the block are not stored: they follow from the points.
 */
final class NodeEncoder {
  /** Kinds of blocks. */
  static final int LEAF = 1;

  static final int CORE = 2;

  static final int FORMAT = 1;
  static final int FLOAT64 = 1;

  static final int DELETED = 0;
  static final int STORED = 1;
  static final int INLINE_LEAF = 2;
  static final int INLINE_CORE = 3;

  private final TreeShape shape;
  private final Columns columns = new Columns();
  private long[] times = new long[64];
  private double[] values = new double[64];

  NodeEncoder(TreeShape shape) {
    this.shape = shape;
  }

  /** Writes a whole block. */
  void encodeBlock(Node node, ByteWriter out) {
    out.putByte(FORMAT);
    out.putByte(FLOAT64);
    out.putByte(node.width);
    out.putVarint((node.start - TimeRange.MIN) >>> node.width);
    out.putVarint(node.version);
    encodeBody(node, out);
  }

  void encodeBody(Node node, ByteWriter out) {
    switch (node) {
      case Leaf leaf -> PointsCodec.encode(leaf.times, leaf.values, leaf.from, leaf.to, out);
      case Core core -> encodeCore(core, out);
    }
  }

  private void encodeCore(Core core, ByteWriter out) {
    int rows = core.size();
    int[] all = new int[rows];
    int[] stored = new int[rows];
    int storedCount = 0;
    for (int i = 0; i < rows; i++) {
      all[i] = i;
      if (core.hasAddress(i)) {
        stored[storedCount++] = i;
      }
    }
    out.putByte(core.height);
    out.putVarint(core.since);
    out.putByte(rows);
    columns.putLongs(all, rows, core::slot, out);
    columns.putLongs(all, rows, i -> place(core, i), out);
    columns.putLongs(all, rows, core::version, out);
    encodeStored(core, stored, storedCount, out);
    encodeInlineLeaves(core, out);
    for (int i = 0; i < rows; i++) {
      if (place(core, i) == INLINE_CORE) {
        out.putBlob(((Core) core.node(i)).body);
      }
    }
  }

  private static int place(Core core, int i) {
    if (core.count(i) == 0) {
      return DELETED;
    }
    if (core.hasAddress(i)) {
      return STORED;
    }
    if (core.node(i) == null || !core.node(i).inline) {
      throw new IllegalStateException("a child is to be written before its parent");
    }
    return core.node(i) instanceof Leaf ? INLINE_LEAF : INLINE_CORE;
  }

  private void encodeStored(Core core, int[] rows, int count, ByteWriter out) {
    int childWidth = shape.childWidth(core.width);
    long lastOfSlot = (1L << childWidth) - 1;
    columns.putLongs(rows, count, core::segment, out);
    columns.putLongs(rows, count, core::ordinal, out);
    columns.putLongs(rows, count, core::count, out);
    columns.putLongs(rows, count, i -> core.firstTime(i) - core.childStart(i, childWidth), out);
    columns.putLongs(
        rows, count, i -> core.childStart(i, childWidth) + lastOfSlot - core.lastTime(i), out);
    columns.putDoubles(rows, count, core::min, out);
    columns.putDoubles(rows, count, core::max, out);
    columns.putDoubles(rows, count, core::mean, out);
    columns.putDoubles(rows, count, core::m2, out);
    columns.putDoubles(rows, count, core::firstValue, out);
    columns.putDoubles(rows, count, core::lastValue, out);
  }

  private void encodeInlineLeaves(Core core, ByteWriter out) {
    int points = 0;
    for (int i = 0; i < core.size(); i++) {
      if (place(core, i) == INLINE_LEAF) {
        Leaf leaf = (Leaf) core.node(i);
        ensure(points + leaf.size());
        System.arraycopy(leaf.times, leaf.from, times, points, leaf.size());
        System.arraycopy(leaf.values, leaf.from, values, points, leaf.size());
        points += leaf.size();
      }
    }
    if (points > 0) {
      ByteWriter group = new ByteWriter(64 + 8 * points);
      PointsCodec.encode(times, values, 0, points, group);
      out.putVarint(group.size());
      out.putBytes(group.array(), 0, group.size());
    }
  }

  private void ensure(int points) {
    if (points > times.length) {
      times = java.util.Arrays.copyOf(times, Math.max(points, 2 * times.length));
      values = java.util.Arrays.copyOf(values, times.length);
    }
  }
}
