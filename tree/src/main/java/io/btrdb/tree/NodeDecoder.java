package io.btrdb.tree;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.codec.PointsCodec;

/**
 * Reads what {@link NodeEncoder} wrote, and checks what a checksum cannot: that points lie in their
 * slot and rows are in order. Stateless; thread-safe.
 */
final class NodeDecoder {
  private final TreeShape shape;

  NodeDecoder(TreeShape shape) {
    this.shape = shape;
  }

  /** Reads a whole block's payload. */
  Node decodeBlock(int kind, byte[] bytes, int offset, int length) {
    ByteReader in = new ByteReader(bytes, offset, length);
    require(in.readByte() == NodeEncoder.FORMAT, "unknown format, written by a newer release?");
    require(in.readByte() == NodeEncoder.FLOAT64, "unknown type of values");
    int width = in.readByte();
    require(width <= TreeShape.ROOT_WIDTH, "a node of impossible width");
    long slot = in.readVarint();
    require(slot >= 0 && slot < 1L << (TreeShape.ROOT_WIDTH - width), "a slot outside the tree");
    long start = TimeRange.MIN + (slot << width);
    long version = in.readVarint();
    Node node =
        switch (kind) {
          case NodeEncoder.LEAF -> decodeLeaf(in, width, start);
          case NodeEncoder.CORE -> decodeCore(in, width, start);
          default -> throw new MalformedBytesException("a block of unknown kind " + kind);
        };
    node.version = version;
    return node;
  }

  private Leaf decodeLeaf(ByteReader in, int width, long start) {
    int at = in.position();
    int length = in.remaining();
    int count = PointsCodec.count(in.array(), at, length);
    require(count > 0 && count <= shape.leafCapacity(), "a leaf of impossible size");
    Leaf leaf = new Leaf(width, start, new long[count], new double[count], 0, count);
    PointsCodec.decode(in.array(), at, length, leaf.times, leaf.values, 0);
    requireInSlot(leaf);
    return leaf;
  }

  private static void requireInSlot(Leaf leaf) {
    boolean inOrder = true;
    for (int i = leaf.from + 1; i < leaf.to; i++) {
      inOrder &= leaf.times[i - 1] <= leaf.times[i];
    }
    require(
        inOrder
            && leaf.firstTime() >= leaf.start
            && leaf.lastTime() - leaf.start <= (1L << leaf.width) - 1,
        "points out of order or outside their slot");
  }

  private Core decodeCore(ByteReader in, int width, long start) {
    int height = in.readByte();
    long since = in.readVarint();
    int rows = in.readByte();
    int slots = height > 0 ? shape.fanout() : 1 << (width - shape.childWidth(width));
    require(height == 0 ? width > 0 : width == 0, "a list of duplicates wider than 1 ns");
    require(rows >= 1 && rows <= slots, "a core node of impossible size");
    long[] slot = Columns.longs(rows, in);
    long[] place = Columns.longs(rows, in);
    long[] version = Columns.longs(rows, in);
    for (int i = 0; i < rows; i++) {
      require(
          slot[i] >= 0 && slot[i] < slots && (i == 0 || slot[i] > slot[i - 1]),
          "slots out of order");
      require(place[i] >= NodeEncoder.DELETED && place[i] <= NodeEncoder.INLINE_CORE, "bad place");
    }
    Core core = new Core(width, start, height, since, rows);
    decodeStored(core, in, slot, place, version);
    decodeInlineLeaves(core, in, slot, place, version);
    decodeInlineCores(core, in, slot, place, version);
    require(!in.hasRemaining(), "bytes follow a core node");
    return core;
  }

  private void decodeStored(Core core, ByteReader in, long[] slot, long[] place, long[] version) {
    int n = count(place, NodeEncoder.STORED);
    long[] segment = Columns.longs(n, in);
    long[] ordinal = Columns.longs(n, in);
    long[] count = Columns.longs(n, in);
    long[] head = Columns.longs(n, in);
    long[] tail = Columns.longs(n, in);
    double[] min = Columns.doubles(n, in);
    double[] max = Columns.doubles(n, in);
    double[] mean = Columns.doubles(n, in);
    double[] m2 = Columns.doubles(n, in);
    double[] first = Columns.doubles(n, in);
    double[] last = Columns.doubles(n, in);
    int childWidth = shape.childWidth(core.width);
    long lastOfSlot = (1L << childWidth) - 1;
    int k = 0;
    for (int i = 0; i < slot.length; i++) {
      if (place[i] != NodeEncoder.STORED) {
        core.put((int) slot[i], null, version[i]);
        continue;
      }
      require(count[k] > 0 && segment[k] >= 0 && ordinal[k] >= 0, "a child without points");
      require(
          head[k] >= 0 && tail[k] >= 0 && head[k] + tail[k] >= 0 && head[k] + tail[k] <= lastOfSlot,
          "points outside their slot");
      core.addStored((int) slot[i], segment[k], (int) ordinal[k], version[i], count[k]);
      long childStart = core.childStart(i, childWidth);
      core.setStatistics(
          i,
          min[k],
          max[k],
          mean[k],
          m2[k],
          childStart + head[k],
          first[k],
          childStart + lastOfSlot - tail[k],
          last[k]);
      k++;
    }
  }

  /** The leaves inside the block share one pair of arrays. */
  private void decodeInlineLeaves(
      Core core, ByteReader in, long[] slot, long[] place, long[] version) {
    int leaves = count(place, NodeEncoder.INLINE_LEAF);
    if (leaves == 0) {
      return;
    }
    require(core.height == 0, "a list of duplicates with chunks inside");
    int length = in.readVarint(in.remaining());
    int at = in.skip(length);
    int points = PointsCodec.count(in.array(), at, length);
    require(points <= (long) leaves * shape.leafCapacity(), "more points than leaves hold");
    long[] times = new long[points];
    double[] values = new double[points];
    PointsCodec.decode(in.array(), at, length, times, values, 0);
    int childWidth = shape.childWidth(core.width);
    Summary summary = new Summary();
    int from = 0;
    for (int i = 0; i < slot.length; i++) {
      if (place[i] != NodeEncoder.INLINE_LEAF) {
        continue;
      }
      long childStart = core.childStart(i, childWidth);
      int to = Search.lowerBound(times, from, points, childStart + (1L << childWidth));
      require(to > from && to - from <= shape.leafCapacity(), "a leaf of impossible size");
      Leaf leaf = new Leaf(childWidth, childStart, times, values, from, to);
      requireInSlot(leaf);
      int bytes = (int) ((long) length * (to - from) / points) + 1;
      attach(core, i, leaf, version[i], bytes, summary);
      from = to;
    }
    require(from == points, "points outside their slots");
  }

  private void decodeInlineCores(
      Core core, ByteReader in, long[] slot, long[] place, long[] version) {
    int childWidth = shape.childWidth(core.width);
    Summary summary = new Summary();
    for (int i = 0; i < slot.length; i++) {
      if (place[i] == NodeEncoder.INLINE_CORE) {
        require(core.height == 0, "a list of duplicates with lists inside");
        int length = in.readVarint(in.remaining());
        byte[] body = in.readBytes(length);
        Core child = decodeCore(new ByteReader(body), childWidth, core.childStart(i, childWidth));
        child.body = body;
        attach(core, i, child, version[i], length, summary);
      }
    }
  }

  private static void attach(
      Core core, int i, Node child, long version, int bytes, Summary summary) {
    child.version = version;
    child.inline = true;
    child.inlineBytes = bytes;
    core.put(core.slot(i), child, version);
    summary.clear();
    child.addTo(summary);
    core.summarise(i, summary);
  }

  private static int count(long[] place, int which) {
    int n = 0;
    for (long p : place) {
      n += p == which ? 1 : 0;
    }
    return n;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new MalformedBytesException(otherwise);
    }
  }
}
