package io.btrdb.tree;

/**
 * Inserts one sorted batch: goes down once, parting the batch by the slots of each core it meets. A
 * method returns the node that takes the place of the one it was given, the same one when nothing
 * changed or when it could be edited in place. Not thread-safe.
 */
final class Inserter {
  private final Fold fold;
  private final TreeShape shape;
  private final LeafMerge merge = new LeafMerge();
  private Batch batch;

  Inserter(Fold fold) {
    this.fold = fold;
    this.shape = fold.shape;
  }

  /**
   * @param root null for an empty tree
   * @param emptiedAt the version that emptied it, if one did
   */
  Node insert(Node root, long emptiedAt, Batch points) {
    batch = points;
    try {
      return intoNode(
          root, TreeShape.ROOT_WIDTH, TimeRange.MIN, emptiedAt, points.from(), points.to());
    } finally {
      batch = null;
      merge.release();
    }
  }

  private Node intoNode(Node node, int width, long start, long since, int lo, int hi) {
    return switch (node) {
      case null -> build(width, start, since, batch.times(), batch.values(), lo, hi);
      case Leaf leaf -> intoLeaf(leaf, lo, hi);
      case Core core -> core.height > 0 ? intoList(core, lo, hi) : intoCore(core, lo, hi);
    };
  }

  private Node intoCore(Core core, int lo, int hi) {
    int childWidth = shape.childWidth(core.width);
    long[] times = batch.times();
    Core target = core;
    for (int at = lo; at < hi; ) {
      int slot = (int) ((times[at] - core.start) >>> childWidth);
      long start = core.start + ((long) slot << childWidth);
      int end = Search.gallop(times, at, hi, start + (1L << childWidth));
      int i = target.find(slot);
      Node before = i < 0 ? null : fold.child(target, i);
      long since = i < 0 ? target.since : target.version(i);
      Node after = intoNode(before, childWidth, start, since, at, end);
      if (after != before || fold.owns(after)) {
        target = fold.own(target);
        target.put(slot, after, after.version);
      }
      at = end;
    }
    return target.count() <= shape.leafCapacity() ? fold.collapse(target) : target;
  }

  private Node intoLeaf(Leaf leaf, int lo, int hi) {
    int more = hi - lo;
    long first = batch.times()[lo];
    boolean behind =
        first > leaf.lastTime() || first == leaf.lastTime() && batch.policy() == MergePolicy.NEVER;
    if (behind && leaf.size() + more <= shape.leafCapacity()) {
      Leaf own = fold.own(leaf, more);
      own.append(batch.times(), batch.values(), lo, hi, shape.leafCapacity());
      own.version = fold.version;
      fold.countPoints(more);
      return own;
    }
    if (!merge.run(leaf, batch, lo, hi)) {
      return leaf;
    }
    fold.replace(leaf);
    return build(
        leaf.width, leaf.start, leaf.version, merge.times(), merge.values(), 0, merge.size());
  }

  /** A new node for points that lie in its slot: a leaf if they fit, else what holds them. */
  private Node build(
      int width, long start, long since, long[] times, double[] values, int lo, int hi) {
    if (hi - lo <= shape.leafCapacity()) {
      fold.countPoints(hi - lo);
      return fold.adopt(Leaf.copyOf(width, start, times, values, lo, hi));
    }
    if (width == 0) {
      return append(list(start, 1), values, lo, hi);
    }
    int childWidth = shape.childWidth(width);
    Core core = fold.adopt(new Core(width, start, 0, since, 1));
    for (int at = lo; at < hi; ) {
      int slot = (int) ((times[at] - start) >>> childWidth);
      long childStart = start + ((long) slot << childWidth);
      int end = Search.gallop(times, at, hi, childStart + (1L << childWidth));
      core.put(slot, build(childWidth, childStart, since, times, values, at, end), fold.version);
      at = end;
    }
    return core;
  }

  /** Points for a nanosecond that holds more than a leaf does already. */
  private Node intoList(Core list, int lo, int hi) {
    switch (batch.policy()) {
      case NEVER -> {
        return append(list, batch.values(), lo, hi);
      }
      case RETAIN -> {
        return list;
      }
      case REPLACE -> {
        fold.drop(list);
        return build(0, list.start, list.version, batch.times(), batch.values(), lo, hi);
      }
      case EQUAL -> {
        double[] fresh = valuesNotIn(list, lo, hi);
        return fresh.length == 0 ? list : append(list, fresh, 0, fresh.length);
      }
    }
    throw new AssertionError(batch.policy());
  }

  private double[] valuesNotIn(Core list, int lo, int hi) {
    ValueSet known = new ValueSet(hi - lo);
    for (int i = lo; i < hi; i++) {
      known.add(batch.values()[i]);
    }
    removeStored(list, known);
    double[] fresh = new double[known.size()];
    int n = 0;
    for (int i = lo; i < hi; i++) {
      if (known.contains(batch.values()[i])) {
        fresh[n++] = batch.values()[i];
      }
    }
    return fresh;
  }

  private void removeStored(Core list, ValueSet values) {
    for (int i = 0; i < list.size() && values.size() > 0; i++) {
      switch (fold.child(list, i)) {
        case null -> throw new IllegalStateException("a list of duplicates has a hole");
        case Core inner -> removeStored(inner, values);
        case Leaf chunk -> {
          for (int k = chunk.from; k < chunk.to; k++) {
            values.remove(chunk.values[k]);
          }
        }
      }
    }
  }

  private Core list(long start, int height) {
    return fold.adopt(new Core(0, start, height, 0, 1));
  }

  /** Appends values to a list of duplicates, which grows by levels as needed. */
  private Core append(Core list, double[] values, int lo, int hi) {
    Core top = fold.own(list);
    top.version = fold.version;
    for (int at = fill(top, values, lo, hi); at < hi; at = fill(top, values, at, hi)) {
      Core higher = list(list.start, top.height + 1);
      higher.put(0, top, top.version);
      top = higher;
    }
    return top;
  }

  /** Appends as many values as fit and returns where it stopped. */
  private int fill(Core list, double[] values, int lo, int hi) {
    int at = lo;
    long childCapacity = shape.listCapacity(list.height - 1);
    int last = list.size() - 1;
    if (last >= 0 && list.count(last) < childCapacity) {
      at = fillChild(list, last, values, at, hi);
    }
    while (at < hi && list.size() < shape.fanout()) {
      at = fillChild(list, list.size(), values, at, hi);
    }
    return at;
  }

  private int fillChild(Core list, int slot, double[] values, int lo, int hi) {
    Node child = slot < list.size() ? fold.child(list, slot) : null;
    if (list.height > 1) {
      Core inner = child == null ? list(list.start, list.height - 1) : fold.own((Core) child);
      int end = fill(inner, values, lo, hi);
      list.put(slot, inner, fold.version);
      return end;
    }
    int size = child == null ? 0 : ((Leaf) child).size();
    int more = Math.min(hi - lo, shape.leafCapacity() - size);
    Leaf chunk =
        child == null
            ? fold.adopt(new Leaf(0, list.start, new long[more], new double[more], 0, 0))
            : fold.own((Leaf) child, more);
    long[] times = new long[more];
    java.util.Arrays.fill(times, list.start);
    chunk.append(times, java.util.Arrays.copyOfRange(values, lo, lo + more), 0, more, more);
    chunk.version = fold.version;
    fold.countPoints(more);
    list.put(slot, chunk, fold.version);
    return lo + more;
  }
}
