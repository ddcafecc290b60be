package io.btrdb.tree;

/** Walks to the slots that changed after a version, and joins neighbours. */
final class ChangesCursor implements Cursors.Ranges {
  private final NodeReader reader;
  private final long from;
  private final int resolution;
  private final TreePath path = new TreePath();
  private long start;
  private long end;

  /** A range that was found but may still grow; none while the two are equal. */
  private long heldStart;

  private long heldEnd;

  /**
   * @param root null when there is nothing to walk
   * @param whole report all of time in any case
   */
  ChangesCursor(NodeReader reader, Node root, long from, int resolution, boolean whole) {
    this.reader = reader;
    this.from = from;
    this.resolution = resolution;
    if (whole || root instanceof Leaf && root.version > from) {
      hold(TimeRange.MIN, TimeRange.MAX);
    } else if (root != null && root.version > from) {
      if (resolution >= TreeShape.ROOT_WIDTH) {
        hold(TimeRange.MIN, TimeRange.MAX);
      } else {
        path.push(root, 0);
      }
    }
  }

  @Override
  public boolean next() {
    while (!path.isEmpty()) {
      if (step((Core) path.node())) {
        return true;
      }
    }
    if (heldStart == heldEnd) {
      return false;
    }
    start = heldStart;
    end = heldEnd;
    heldStart = heldEnd;
    return true;
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public long end() {
    return end;
  }

  /** Looks at one slot; true when that completed a range. */
  private boolean step(Core core) {
    int slot = path.next();
    int childWidth = reader.shape().childWidth(core.width);
    if (slot == 1 << (core.width - childWidth)) {
      path.pop();
      return false;
    }
    path.advance();
    long slotStart = core.start + ((long) slot << childWidth);
    int i = core.find(slot);
    if (i < 0) {
      return core.since > from && report(slotStart, slotStart + (1L << childWidth));
    }
    if (core.version(i) <= from) {
      return false;
    }
    boolean small = childWidth <= resolution || childWidth == 0;
    if (small || core.count(i) == 0 || reader.isLeaf(core, i)) {
      return report(slotStart, slotStart + (1L << childWidth));
    }
    path.push(reader.child(core, i), 0);
    return false;
  }

  private boolean report(long slotStart, long slotEnd) {
    if (heldStart == heldEnd) {
      hold(slotStart, slotEnd);
      return false;
    }
    if (slotStart == heldEnd) {
      heldEnd = slotEnd;
      return false;
    }
    start = heldStart;
    end = heldEnd;
    hold(slotStart, slotEnd);
    return true;
  }

  private void hold(long slotStart, long slotEnd) {
    heldStart = slotStart;
    heldEnd = slotEnd;
  }
}
