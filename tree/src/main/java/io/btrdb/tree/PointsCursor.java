package io.btrdb.tree;

/** Copies the points of a range, leaf by leaf. */
final class PointsCursor implements Cursors.Points {
  private final NodeReader reader;
  private final long start;
  private final long end;
  private final TreePath path = new TreePath();

  /**
   * @param root null when the tree is empty
   */
  PointsCursor(NodeReader reader, Node root, long start, long end) {
    this.reader = reader;
    this.start = start;
    this.end = end;
    if (root != null && start < end) {
      enter(root);
    }
  }

  @Override
  public boolean next(PointChunk chunk) {
    chunk.size = 0;
    while (!path.isEmpty() && chunk.size < chunk.times.length) {
      switch (path.node()) {
        case Leaf leaf -> copy(leaf, chunk);
        case Core core -> descend(core);
      }
    }
    return chunk.size > 0;
  }

  private void enter(Node node) {
    int first =
        switch (node) {
          case Leaf leaf -> leaf.firstTime() >= start ? leaf.from : leaf.lowerBound(start);
          case Core core -> core.firstRow(start, reader.shape().childWidth(core.width));
        };
    path.push(node, first);
  }

  private void copy(Leaf leaf, PointChunk chunk) {
    int at = path.next();
    int stop = leaf.lastTime() < end ? leaf.to : leaf.lowerBound(end);
    int n = Math.min(stop - at, chunk.times.length - chunk.size);
    if (n > 0) {
      System.arraycopy(leaf.times, at, chunk.times, chunk.size, n);
      System.arraycopy(leaf.values, at, chunk.values, chunk.size, n);
      chunk.size += n;
    }
    if (at + n >= stop) {
      path.pop();
    } else {
      path.moveTo(at + n);
    }
  }

  private void descend(Core core) {
    int i = path.next();
    if (i == core.size()) {
      path.pop();
      return;
    }
    path.advance();
    if (core.count(i) == 0 || core.lastTime(i) < start) {
      return;
    }
    if (core.firstTime(i) >= end) {
      path.pop();
      return;
    }
    enter(reader.child(core, i));
  }
}
