package io.btrdb.tree;

import java.util.Arrays;

/**
 * An inner node: its children with their statistics, one row a child, in order of slots. Only slots
 * that hold points or once did have a row, so a node with one child is small.
 *
 * <p>There are two sorts. A core <i>by time</i> ({@link #height} 0) gives each child a slot of
 * equal width, and holds more points than a leaf may. A <i>list of duplicates</i> ({@link #height}
 * 1 and more) has a slot of one nanosecond and holds more points than a leaf may; its children are
 * chunks (height 1) or lists of a lower height, in order of arrival, all full but the last of each
 * level.
 *
 * <p>A row of count 0 is a child that was deleted in the row's version.
 */
final class Core extends Node {
  private static final int SLOT = 0;
  private static final int SEGMENT = 1;
  private static final int ORDINAL = 2;
  private static final int VERSION = 3;
  private static final int COUNT = 4;
  private static final int MIN = 5;
  private static final int MAX = 6;
  private static final int MEAN = 7;
  private static final int M2 = 8;
  private static final int FIRST_TIME = 9;
  private static final int FIRST_VALUE = 10;
  private static final int LAST_TIME = 11;
  private static final int LAST_VALUE = 12;
  private static final int ROW = 13;

  private static final long NOWHERE = -1;

  /** 0 for a core by time, else levels of this list of duplicates. */
  final int height;

  /**
   * Slots without a row last changed in this version or before: it is the version of the leaf, or
   * of the deletion, that lay here before this node.
   */
  final long since;

  private int size;
  private long count;

  /** When this lies in its parent's block, the bytes it has there. */
  byte[] body;

  /** One row a child; doubles as raw bits. */
  private long[] rows;

  /** Children in memory; null where only the address is known, and for deleted ones. */
  private Node[] nodes;

  Core(int width, long start, int height, long since, int room) {
    this(width, start, height, since, new long[room * ROW], new Node[room], 0, 0);
  }

  private Core(
      int width,
      long start,
      int height,
      long since,
      long[] rows,
      Node[] nodes,
      int size,
      long count) {
    super(width, start);
    this.height = height;
    this.since = since;
    this.rows = rows;
    this.nodes = nodes;
    this.size = size;
    this.count = count;
  }

  /** A copy to edit: own rows, the same children. */
  Core copy() {
    return new Core(width, start, height, since, rows.clone(), nodes.clone(), size, count);
  }

  /** As a reader finds it in the store: the same rows, without the children that have a block. */
  Core stored() {
    Node[] kept = new Node[size];
    for (int i = 0; i < size; i++) {
      Node node = nodes[i];
      if (node != null && node.inline) {
        kept[i] = node instanceof Core core ? core.stored() : node;
      }
    }
    Core core = new Core(width, start, height, since, rows, kept, size, count);
    core.version = version;
    core.address = address;
    core.inline = inline;
    core.inlineBytes = inlineBytes;
    core.body = body;
    return core;
  }

  /** Rows, those of deleted children among them. */
  int size() {
    return size;
  }

  @Override
  long count() {
    return count;
  }

  /** The row of a slot; if it has none, {@code -1 - i} with i the row it would get. */
  int find(int slot) {
    int low = 0;
    int high = size - 1;
    if (high >= 0 && rows[high * ROW + SLOT] < slot) {
      return -1 - size;
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int there = slot(middle);
      if (there == slot) {
        return middle;
      }
      if (there < slot) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  /** The first row whose slot may hold points at or after {@code time}. */
  int firstRow(long time, int childWidth) {
    if (height > 0 || time <= start) {
      return 0;
    }
    int row = find((int) Math.min((time - start) >>> childWidth, Integer.MAX_VALUE));
    return row >= 0 ? row : -1 - row;
  }

  /** The last row whose slot may hold points at or before {@code time}, -1 if none. */
  int lastRow(long time, int childWidth) {
    if (height > 0) {
      return size - 1;
    }
    if (time < start) {
      return -1;
    }
    int row = find((int) Math.min((time - start) >>> childWidth, Integer.MAX_VALUE));
    return row >= 0 ? row : -2 - row;
  }

  int slot(int i) {
    return (int) rows[i * ROW + SLOT];
  }

  /** The child if it is in memory, else null. */
  Node node(int i) {
    return nodes[i];
  }

  boolean hasAddress(int i) {
    return rows[i * ROW + SEGMENT] != NOWHERE;
  }

  long segment(int i) {
    return rows[i * ROW + SEGMENT];
  }

  int ordinal(int i) {
    return (int) rows[i * ROW + ORDINAL];
  }

  long version(int i) {
    return rows[i * ROW + VERSION];
  }

  long count(int i) {
    return rows[i * ROW + COUNT];
  }

  double min(int i) {
    return Double.longBitsToDouble(rows[i * ROW + MIN]);
  }

  double max(int i) {
    return Double.longBitsToDouble(rows[i * ROW + MAX]);
  }

  double mean(int i) {
    return Double.longBitsToDouble(rows[i * ROW + MEAN]);
  }

  double m2(int i) {
    return Double.longBitsToDouble(rows[i * ROW + M2]);
  }

  long firstTime(int i) {
    return rows[i * ROW + FIRST_TIME];
  }

  double firstValue(int i) {
    return Double.longBitsToDouble(rows[i * ROW + FIRST_VALUE]);
  }

  long lastTime(int i) {
    return rows[i * ROW + LAST_TIME];
  }

  double lastValue(int i) {
    return Double.longBitsToDouble(rows[i * ROW + LAST_VALUE]);
  }

  /** First nanosecond of a child's slot. */
  long childStart(int i, int childWidth) {
    return height > 0 ? start : start + ((long) slot(i) << childWidth);
  }

  /**
   * Sets the child of a slot after an edit; its statistics follow by {@link #summarise}.
   *
   * @param child null when the slot has become empty
   */
  void put(int slot, Node child, long changed) {
    int i = find(slot);
    if (i < 0) {
      i = -1 - i;
      insertRow(i);
    }
    int row = i * ROW;
    count += (child == null ? 0 : child.count()) - rows[row + COUNT];
    Arrays.fill(rows, row, row + ROW, 0);
    rows[row + SLOT] = slot;
    rows[row + SEGMENT] = NOWHERE;
    rows[row + VERSION] = changed;
    rows[row + COUNT] = child == null ? 0 : child.count();
    nodes[i] = child;
    version = Math.max(version, changed);
  }

  /** Takes over the statistics of a child that was put. */
  void summarise(int i, Summary summary) {
    setStatistics(
        i,
        summary.min,
        summary.max,
        summary.mean,
        summary.m2,
        summary.firstTime,
        summary.firstValue,
        summary.lastTime,
        summary.lastValue);
  }

  void setStatistics(
      int i,
      double min,
      double max,
      double mean,
      double m2,
      long firstTime,
      double firstValue,
      long lastTime,
      double lastValue) {
    int row = i * ROW;
    rows[row + MIN] = Double.doubleToRawLongBits(min);
    rows[row + MAX] = Double.doubleToRawLongBits(max);
    rows[row + MEAN] = Double.doubleToRawLongBits(mean);
    rows[row + M2] = Double.doubleToRawLongBits(m2);
    rows[row + FIRST_TIME] = firstTime;
    rows[row + FIRST_VALUE] = Double.doubleToRawLongBits(firstValue);
    rows[row + LAST_TIME] = lastTime;
    rows[row + LAST_VALUE] = Double.doubleToRawLongBits(lastValue);
  }

  /** Adds a row behind the last, for a child known by its address; its statistics follow. */
  void addStored(int slot, long segment, int ordinal, long changed, long points) {
    put(slot, null, changed);
    int row = find(slot) * ROW;
    rows[row + SEGMENT] = segment;
    rows[row + ORDINAL] = ordinal;
    rows[row + COUNT] = points;
    count += points;
  }

  /**
   * Notes the blocks that children have got since they were put, and lets go of those in memory
   * whose block can be read back.
   *
   * @param unreadable the segment that may not be in the store yet
   */
  void forgetStored(long unreadable) {
    for (int i = 0; i < size; i++) {
      noteAddress(i);
      if (nodes[i] != null && hasAddress(i) && segment(i) != unreadable) {
        nodes[i] = null;
      }
    }
  }

  /** Notes the block a child has got since it was put, if it has. */
  void noteAddress(int i) {
    Node node = nodes[i];
    if (node != null && node.address != null) {
      rows[i * ROW + SEGMENT] = node.address.segment();
      rows[i * ROW + ORDINAL] = node.address.ordinal();
    }
  }

  @Override
  void addTo(Summary into) {
    for (int i = 0; i < size; i++) {
      if (count(i) > 0) {
        into.addSpan(this, i);
      }
    }
  }

  @Override
  public int heapBytes() {
    int bytes = (body == null ? 0 : ARRAY_BYTES + body.length);
    bytes += OBJECT_BYTES + 2 * ARRAY_BYTES + 8 * rows.length + 4 * nodes.length;
    long[] counted = null;
    for (int i = 0; i < size; i++) {
      Node node = nodes[i];
      if (node == null || !node.inline) {
        continue;
      }
      if (node instanceof Leaf leaf) {
        // Leaves of one block share their arrays.
        bytes += OBJECT_BYTES + (leaf.times == counted ? 0 : leaf.heapBytes() - OBJECT_BYTES);
        counted = leaf.times;
      } else {
        bytes += node.heapBytes();
      }
    }
    return bytes;
  }

  private void insertRow(int at) {
    if (size == nodes.length) {
      int room = Math.max(1, 2 * size);
      rows = Arrays.copyOf(rows, room * ROW);
      nodes = Arrays.copyOf(nodes, room);
    }
    System.arraycopy(rows, at * ROW, rows, (at + 1) * ROW, (size - at) * ROW);
    System.arraycopy(nodes, at, nodes, at + 1, size - at);
    size++;
    rows[at * ROW + COUNT] = 0;
    nodes[at] = null;
  }
}
