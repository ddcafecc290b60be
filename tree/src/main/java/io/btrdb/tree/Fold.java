package io.btrdb.tree;

/**
 * What one editor's edits share: the version being folded, which nodes may be edited in place, and
 * what they replace. Not thread-safe.
 */
final class Fold {
  private static final int POINT_BYTES = 16;
  private static final int ROW_BYTES = 104;

  final TreeShape shape;
  final NodeReader reader;
  final DeadBlocks dead;

  /** The version that edits belong to. */
  long version;

  /** The segment written last: perhaps not in the store yet. */
  long lastSegment = -1;

  private Object phase = new Object();
  private long dirtied;

  Fold(NodeReader reader) {
    this.reader = reader;
    this.shape = reader.shape();
    this.dead = new DeadBlocks(reader);
  }

  /** From here on all nodes made so far are shared: edits copy them. */
  void endPhase() {
    phase = new Object();
  }

  boolean owns(Node node) {
    return node.owner == phase;
  }

  /** Makes a new node this fold's own, changed in this version. */
  <N extends Node> N adopt(N node) {
    node.owner = phase;
    node.version = version;
    return node;
  }

  /** The core itself if it may be edited in place, else a copy that replaces it. */
  Core own(Core core) {
    if (owns(core)) {
      return core;
    }
    dead.add(core, version);
    Core copy = core.copy();
    copy.forgetStored(lastSegment);
    dirtied += (long) ROW_BYTES * copy.size();
    copy.owner = phase;
    copy.version = core.version;
    return copy;
  }

  /** The leaf itself if it may be edited in place, else a copy that replaces it; with room. */
  Leaf own(Leaf leaf, int more) {
    if (owns(leaf)) {
      return leaf;
    }
    replace(leaf);
    countPoints(leaf.size());
    Leaf copy = leaf.copyWithRoomFor(more, shape.leafCapacity());
    copy.owner = phase;
    copy.version = leaf.version;
    return copy;
  }

  /** Notes that a single node is not part of the tree any more. */
  void replace(Node node) {
    if (!owns(node)) {
      dead.add(node, version);
    }
  }

  void countPoints(int points) {
    dirtied += (long) POINT_BYTES * points;
  }

  /** Bytes made dirty since the editor began. */
  long dirtied() {
    return dirtied;
  }

  /** The child of a row, null when it was deleted. */
  Node child(Core core, int i) {
    return core.count(i) == 0 ? null : reader.child(core, i);
  }

  /**
   * Notes that a node and all below it are not part of the tree any more. Reads nothing: goes down
   * only where this fold has edited.
   */
  void drop(Node node) {
    if (!owns(node)) {
      dead.addTree(node, version);
    } else if (node instanceof Core core) {
      for (int i = 0; i < core.size(); i++) {
        if (core.count(i) > 0) {
          dropChild(core, i);
        }
      }
    }
  }

  /** The same for the child of a row. */
  void dropChild(Core core, int i) {
    if (core.node(i) == null) {
      dead.addTree(core, i, version);
    } else {
      drop(core.node(i));
    }
  }

  /** All points of a core that has become small, as one leaf. */
  Leaf collapse(Core core) {
    int points = (int) core.count();
    Leaf leaf = new Leaf(core.width, core.start, new long[points], new double[points], 0, 0);
    gather(core, leaf);
    drop(core);
    countPoints(points);
    return adopt(leaf);
  }

  private void gather(Core core, Leaf into) {
    for (int i = 0; i < core.size(); i++) {
      Node child = child(core, i);
      if (child instanceof Leaf leaf) {
        into.append(leaf.times, leaf.values, leaf.from, leaf.to, shape.leafCapacity());
      } else if (child instanceof Core inner) {
        gather(inner, into);
      }
    }
  }
}
