package io.btrdb.tree;

/**
 * Deletes a range of time: drops whole children by their slots, edits at most the two edges of the
 * range. Not thread-safe.
 */
final class Deleter {
  private final Fold fold;
  private final TreeShape shape;

  Deleter(Fold fold) {
    this.fold = fold;
    this.shape = fold.shape;
  }

  /** What is left of a node without the points in [from, to): itself if there are none, or null. */
  Node delete(Node node, long from, long to) {
    if (from <= node.start && to - node.start >= 1L << node.width) {
      fold.drop(node);
      return null;
    }
    return switch (node) {
      case Leaf leaf -> fromLeaf(leaf, from, to);
      case Core core -> fromCore(core, from, to);
    };
  }

  private Node fromLeaf(Leaf leaf, long from, long to) {
    int first = leaf.lowerBound(from);
    int end = leaf.lowerBound(to);
    if (first == end) {
      return leaf;
    }
    fold.replace(leaf);
    int left = leaf.size() - (end - first);
    if (left == 0) {
      return null;
    }
    Leaf rest = new Leaf(leaf.width, leaf.start, new long[left], new double[left], 0, 0);
    rest.append(leaf.times, leaf.values, leaf.from, first, left);
    rest.append(leaf.times, leaf.values, end, leaf.to, left);
    fold.countPoints(left);
    return fold.adopt(rest);
  }

  private Node fromCore(Core core, long from, long to) {
    if (core.height > 0) {
      throw new IllegalStateException("a nanosecond cannot be deleted in part");
    }
    int childWidth = shape.childWidth(core.width);
    Core target = core;
    for (int i = 0; i < core.size(); i++) {
      long start = core.childStart(i, childWidth);
      long end = start + (1L << childWidth);
      if (core.count(i) == 0 || end <= from || start >= to) {
        continue;
      }
      Node after = null;
      if (from <= start && end <= to) {
        fold.dropChild(target, i);
      } else {
        Node before = fold.child(target, i);
        after = delete(before, from, to);
        if (after == before && !fold.owns(after)) {
          continue;
        }
      }
      target = fold.own(target);
      target.put(core.slot(i), after, after == null ? fold.version : after.version);
    }
    return settle(target);
  }

  /** A core that lost points: gone, a leaf again, or itself. */
  private Node settle(Core core) {
    if (core.count() == 0) {
      fold.replace(core);
      return null;
    }
    return core.count() <= shape.leafCapacity() ? fold.collapse(core) : core;
  }
}
