package io.btrdb.tree;

import java.util.Optional;

/** Finds single points by going down one path, by first and last times. */
final class Nearest {
  private Nearest() {}

  /**
   * @param root null when the tree is empty
   */
  static Optional<Tree.Point> atOrAfter(NodeReader reader, Node root, long time) {
    Node node = root;
    while (node instanceof Core core) {
      int i = core.firstRow(time, reader.shape().childWidth(core.width));
      while (i < core.size() && (core.count(i) == 0 || core.lastTime(i) < time)) {
        i++;
      }
      if (i == core.size()) {
        return Optional.empty();
      }
      if (core.firstTime(i) >= time) {
        return Optional.of(new Tree.Point(core.firstTime(i), core.firstValue(i)));
      }
      node = reader.child(core, i);
    }
    return node instanceof Leaf leaf ? point(leaf, leaf.lowerBound(time)) : Optional.empty();
  }

  static Optional<Tree.Point> before(NodeReader reader, Node root, long time) {
    Node node = root;
    while (node instanceof Core core) {
      int i = core.lastRow(time, reader.shape().childWidth(core.width));
      while (i >= 0 && (core.count(i) == 0 || core.firstTime(i) >= time)) {
        i--;
      }
      if (i < 0) {
        return Optional.empty();
      }
      if (core.lastTime(i) < time) {
        return Optional.of(new Tree.Point(core.lastTime(i), core.lastValue(i)));
      }
      node = reader.child(core, i);
    }
    return node instanceof Leaf leaf ? point(leaf, leaf.lowerBound(time) - 1) : Optional.empty();
  }

  private static Optional<Tree.Point> point(Leaf leaf, int i) {
    return i < leaf.from || i >= leaf.to
        ? Optional.empty()
        : Optional.of(new Tree.Point(leaf.times[i], leaf.values[i]));
  }
}
