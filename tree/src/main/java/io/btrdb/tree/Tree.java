package io.btrdb.tree;

import io.btrdb.storage.BlockReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The queries over any version of any tree of one shard. Stateless but for its cache; thread-safe.
 * Arguments are the tree's own law: callers have checked the wire contract's limits before, and a
 * breach is an {@link IllegalArgumentException}. Every method, and every step of a cursor, may
 * throw {@link io.btrdb.storage.CorruptBlockException}, MissingSegmentException,
 * MissingBlockException or StorageException.
 */
public final class Tree {
  private static final int POINT_WIDTH_MAX = 63;

  /** Up to here slots aligned to 0 and to {@link TimeRange#MIN} are the same. */
  private static final int ALIGNED_TO_ZERO_MAX = 60;

  private final NodeReader reader;

  /**
   * @param shard whose segments {@code blocks} reads; names the block in errors
   */
  public Tree(TreeShape shape, int shard, BlockReader blocks, NodeCache cache) {
    this(new NodeReader(shape, shard, blocks, cache));
  }

  private Tree(NodeReader reader) {
    this.reader = reader;
  }

  /**
   * The same tree for one reader, who is asked before each node below a root, wherever that node is
   * kept. What it throws ends the query or the step of a cursor; the cursor may not be used again.
   */
  public Tree watched(Runnable beforeEachNode) {
    return new Tree(reader.watched(beforeEachNode));
  }

  /** Points with start <= time < end. */
  public Cursors.Points values(Root root, long start, long end) {
    return new PointsCursor(reader, reader.root(root), start, end);
  }

  /**
   * Windows [start + i*width, start + (i+1)*width) that end at or before {@code end}, all of them,
   * empty ones with zeros, except that the last one is left out when it is empty.
   *
   * @param width 1 or more nanoseconds
   */
  public Cursors.Windows windows(Root root, long start, long end, long width) {
    return windows(root, start, end, width, ReducedRanges.NONE);
  }

  /** The same, in {@code reduced} ranges by slots. */
  public Cursors.Windows windows(
      Root root, long start, long end, long width, ReducedRanges reduced) {
    requireRange(start, end);
    if (width < 1) {
      throw new IllegalArgumentException("a window must be 1 ns wide or more, not " + width);
    }
    long windows = (end - start) / width;
    return new WindowsCursor(reader, reader.root(root), start, width, windows, true, reduced);
  }

  /**
   * Windows [w, w + 2^pointWidth) with w from floor(start) to before floor(end), only those that
   * hold points. Aligned to 0 for pointWidth up to 60, to {@link TimeRange#MIN} above.
   *
   * @param pointWidth 0 to 63
   */
  public Cursors.Windows alignedWindows(Root root, long start, long end, int pointWidth) {
    return alignedWindows(root, start, end, pointWidth, ReducedRanges.NONE);
  }

  /** The same, in {@code reduced} ranges by slots. */
  public Cursors.Windows alignedWindows(
      Root root, long start, long end, int pointWidth, ReducedRanges reduced) {
    requireRange(start, end);
    if (pointWidth < 0 || pointWidth > POINT_WIDTH_MAX) {
      throw new IllegalArgumentException("pointWidth must be 0 to 63, is " + pointWidth);
    }
    // All of time is one window of 2^62 ns; the unsigned shift lets 63 end in no window.
    long base = pointWidth <= ALIGNED_TO_ZERO_MAX ? 0 : TimeRange.MIN;
    long first = (start - base) >> pointWidth;
    long windows = ((end - base) >> pointWidth) - first;
    if (windows <= 0) {
      return chunk -> {
        chunk.size = 0;
        return false;
      };
    }
    long origin = base + (first << pointWidth);
    long width = 1L << pointWidth;
    return new WindowsCursor(reader, reader.root(root), origin, width, windows, false, reduced);
  }

  /** A point. */
  public record Point(long time, double value) {}

  /**
   * The first point at or after {@code time}, or with {@code backward} the last strictly before.
   */
  public Optional<Point> nearest(Root root, long time, boolean backward) {
    return nearest(root, time, backward, ReducedRanges.NONE);
  }

  /** The same; of a slot in {@code reduced} ranges only the first and the last point are found. */
  public Optional<Point> nearest(Root root, long time, boolean backward, ReducedRanges reduced) {
    Node node = reader.root(root);
    return backward
        ? Nearest.before(reader, node, reduced.floor(time))
        : Nearest.atOrAfter(reader, node, reduced.ceiling(time));
  }

  /**
   * Where {@code root}, a later version of the same stream, differs from the state at version
   * {@code from}: complete, and as tight as 2^resolution or the slot of a leaf. Nothing when {@code
   * from} is {@code rootVersion}; [MIN, MAX) when {@code root} is empty and later than {@code
   * from}.
   *
   * @param from changes of versions above this one are reported
   * @param rootVersion the version of {@code root}
   * @param resolution 0 to 63
   */
  public Cursors.Ranges changes(Root root, long from, long rootVersion, int resolution) {
    if (from >= rootVersion) {
      return new ChangesCursor(reader, null, from, resolution, false);
    }
    return new ChangesCursor(reader, reader.root(root), from, resolution, root.isEmpty());
  }

  /** The editor that folds operations on top of {@code base}, which is materialised. */
  public TreeEditor edit(Root base) {
    return new TreeEditor(reader, base);
  }

  /**
   * What a dead subtree consists of below its topmost block, which is read: one entry for each
   * block that it names, with the version that block was born in and all below it. Blocks further
   * down are found by asking again, see {@link DeadBlock}.
   *
   * @throws IllegalArgumentException when {@code dead} is not a {@link DeadBlock.Extent#SUBTREE}
   */
  public List<DeadBlock> below(DeadBlock dead) {
    if (dead.extent() != DeadBlock.Extent.SUBTREE) {
      throw new IllegalArgumentException("not a subtree: " + dead);
    }
    List<DeadBlock> below = new ArrayList<>();
    if (reader.dead(dead.address(), dead.born()) instanceof Core core) {
      new DeadBlocks(reader).collectBelow(core, dead.died(), below);
    }
    return below;
  }

  /**
   * The entry of a whole tree: its root's block and, unless that is a leaf, all below it.
   *
   * @param root materialised and not empty; its block is read
   * @param died the first version that does not reach it
   */
  public DeadBlock whole(Root root, long died) {
    Node node = reader.root(root);
    return new DeadBlock(
        root.address(),
        node.version,
        died,
        node instanceof Core ? DeadBlock.Extent.SUBTREE : DeadBlock.Extent.BLOCK);
  }

  /**
   * What a {@link DeadBlock.Extent#DIFFERENCE} consists of: an entry of a {@link
   * DeadBlock.Extent#BLOCK} for each. Reads about what differs.
   *
   * @param before the root of version {@code died - 1}, materialised and not empty
   * @param after the root of version {@code died}, materialised
   */
  public List<DeadBlock> difference(Root before, Root after, long died) {
    return new TreeDifference(reader, died).of(reader.root(before), reader.root(after));
  }

  private static void requireRange(long start, long end) {
    if (start < TimeRange.MIN || end > TimeRange.MAX || start > end) {
      throw new IllegalArgumentException(
          "[" + start + ", " + end + ") is not within [" + TimeRange.MIN + ", MAX)");
    }
  }
}
