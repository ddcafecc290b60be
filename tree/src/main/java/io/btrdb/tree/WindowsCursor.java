package io.btrdb.tree;

/**
 * Gathers windows in order of time. A child wholly inside one window is taken by its statistics;
 * only where a window begins or ends within a child does the cursor go down. Windows without points
 * cost no look at the tree, and aligned ones are jumped over.
 */
final class WindowsCursor implements Cursors.Windows {
  private final NodeReader reader;
  private final long origin;
  private final long width;
  private final long windows;
  private final boolean emptyOnes;
  private final ReducedRanges reduced;
  private final TreePath path = new TreePath();
  private final Summary summary = new Summary();

  /** Index of the next window. */
  private long index;

  /**
   * Time of the first point that is in no window yet, as far as is known: no point not yet gathered
   * is earlier. {@link TimeRange#MAX} when none is left.
   */
  private long pending;

  /**
   * @param root null when the tree is empty
   * @param windows how many windows of {@code width} from {@code origin} there are
   * @param emptyOnes whether windows without points are wanted, all but the last
   * @param reduced where windows begin and end with slots
   */
  WindowsCursor(
      NodeReader reader,
      Node root,
      long origin,
      long width,
      long windows,
      boolean emptyOnes,
      ReducedRanges reduced) {
    this.reader = reader;
    this.origin = origin;
    this.width = width;
    this.windows = windows;
    this.emptyOnes = emptyOnes;
    this.reduced = reduced;
    this.pending = TimeRange.MAX;
    if (root != null && windows > 0) {
      path.push(root, first(root, origin));
      pending = seek(origin);
    }
  }

  @Override
  public boolean next(WindowChunk chunk) {
    chunk.size = 0;
    while (chunk.size < chunk.times.length && index < windows) {
      long start = origin + index * width;
      long first = reduced.ceiling(start);
      long end = reduced.ceiling(start + width);
      if (pending >= end || first == end) {
        if (!emptyOnes && pending >= end) {
          index = pending == TimeRange.MAX ? windows : (reduced.floor(pending) - origin) / width;
          continue;
        }
        if (emptyOnes && index < windows - 1) {
          chunk.put(start);
        }
      } else {
        gather(first, end - 1);
        if (summary.count > 0) {
          chunk.put(start, summary);
        } else if (emptyOnes && index < windows - 1) {
          chunk.put(start);
        }
      }
      index++;
    }
    return chunk.size > 0;
  }

  /** Gathers all points up to {@code last}, and finds the first one behind. */
  private void gather(long start, long last) {
    summary.clear();
    while (!path.isEmpty()) {
      boolean more =
          switch (path.node()) {
            case Leaf leaf -> gatherPoints(leaf, start, last);
            case Core core -> gatherChild(core, start, last);
          };
      if (!more) {
        return;
      }
    }
    pending = TimeRange.MAX;
  }

  private boolean gatherPoints(Leaf leaf, long start, long last) {
    int at = path.next();
    if (at < leaf.to && leaf.times[at] < start) {
      at = Search.gallop(leaf.times, at, leaf.to, start);
    }
    int end = boundary(leaf, at, last);
    leaf.addTo(summary, at, end);
    if (end == leaf.to) {
      path.pop();
      return true;
    }
    path.moveTo(end);
    pending = leaf.times[end];
    return false;
  }

  /** Index of the first point after {@code last}: near by when windows are narrow. */
  private static int boundary(Leaf leaf, int at, long last) {
    return leaf.lastTime() <= last
        ? leaf.to
        : at == leaf.from
            ? leaf.lowerBound(last + 1)
            : Search.gallop(leaf.times, at, leaf.to, last + 1);
  }

  private boolean gatherChild(Core core, long start, long last) {
    int i = path.next();
    int size = core.size();
    for (; i < size; i++) {
      if (core.count(i) == 0 || core.lastTime(i) < start) {
        continue;
      }
      long first = core.firstTime(i);
      if (first > last) {
        path.moveTo(i);
        pending = first;
        return false;
      }
      if (first < start || core.lastTime(i) > last) {
        path.moveTo(i + 1);
        Node child = reader.child(core, i);
        path.push(child, first(child, start));
        return true;
      }
      summary.addSpan(core, i);
    }
    path.pop();
    return true;
  }

  /** The time of the first point at or after {@code time}, or a bound before it. */
  private long seek(long time) {
    return switch (path.node()) {
      case Leaf leaf -> path.next() < leaf.to ? leaf.times[path.next()] : TimeRange.MAX;
      case Core core -> {
        for (int i = path.next(); i < core.size(); i++) {
          if (core.count(i) > 0 && core.lastTime(i) >= time) {
            yield Math.max(time, core.firstTime(i));
          }
        }
        yield TimeRange.MAX;
      }
    };
  }

  /** Where in a node the points at or after {@code time} begin. */
  private int first(Node node, long time) {
    return switch (node) {
      case Leaf leaf -> leaf.firstTime() >= time ? leaf.from : leaf.lowerBound(time);
      case Core core -> core.firstRow(time, reader.shape().childWidth(core.width));
    };
  }
}
