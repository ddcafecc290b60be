package io.btrdb.tree;

import io.btrdb.storage.SegmentBuilder;
import java.util.List;
import java.util.Objects;

/**
 * Folds operations into a new tree, copy on write. Nodes made by this editor are edited in place
 * until {@link #freeze} hands out a root that shares them.
 *
 * <p>Memory: an editor holds the nodes it made until a {@link #write} to a later segment than the
 * one they went to, so at most one segment may be on its way to the store at a time; older ones
 * must be readable. When a segment is given up, drop the editor and fold again from the base.
 *
 * <p>Not thread-safe; frozen roots may be read by any thread meanwhile. An exception from below
 * (corrupt block, missing segment, storage) can leave an operation done in part: drop the editor.
 */
public final class TreeEditor {
  private final Fold fold;
  private final Inserter inserter;
  private final Deleter deleter;
  private final NodeWriter writer;
  private final Root base;
  private Node root;
  private boolean loaded;
  private boolean changed;
  private long emptiedAt;
  private long writtenVersion;
  private long writtenMark;

  TreeEditor(NodeReader reader, Root base) {
    if (!base.isMaterialised()) {
      throw new IllegalArgumentException("an editor starts from a root that is in the store");
    }
    this.fold = new Fold(reader);
    this.inserter = new Inserter(fold);
    this.deleter = new Deleter(fold);
    this.writer = new NodeWriter(reader.shape(), reader.cache());
    this.base = base;
    this.emptiedAt = base.emptiedAt();
  }

  /**
   * Starts a version: nodes changed from here on carry it. Must grow; call before the first edit.
   */
  public void beginVersion(long version) {
    if (version <= fold.version) {
      throw new IllegalArgumentException("version " + version + " after " + fold.version);
    }
    fold.version = version;
  }

  /**
   * Inserts points [from, to) of the columns, in any order of time; times within [MIN,
   * LAST_INSERTABLE]. The arrays are not kept and may be reordered by the caller afterwards.
   */
  public void insert(long[] times, double[] values, int from, int to, MergePolicy policy) {
    requireVersion();
    Objects.checkFromToIndex(from, to, Math.min(times.length, values.length));
    if (from == to) {
      return;
    }
    Batch batch = Batch.of(times, values, from, to, policy);
    long first = batch.times()[batch.from()];
    long last = batch.times()[batch.to() - 1];
    if (first < TimeRange.MIN || last > TimeRange.LAST_INSERTABLE) {
      throw new IllegalArgumentException("points of [" + first + ", " + last + "] out of time");
    }
    setRoot(inserter.insert(root(), emptiedAt, batch));
  }

  /** Removes all points with start <= time < end. */
  public void delete(long start, long end) {
    requireVersion();
    long from = Math.max(start, TimeRange.MIN);
    long to = Math.min(end, TimeRange.MAX);
    if (from >= to || root() == null) {
      return;
    }
    setRoot(deleter.delete(root(), from, to));
    if (root == null) {
      emptiedAt = fold.version;
    }
  }

  /** The tree as it is now, immutable from here on, readable from any thread. */
  public Root freeze() {
    if (!changed) {
      return base;
    }
    if (root == null) {
      return Root.frozen(null, Statistics.EMPTY, emptiedAt, fold.version, fold.dirtied());
    }
    if (root instanceof Core core && fold.owns(core)) {
      refresh(core);
    }
    fold.endPhase();
    Summary summary = new Summary();
    root.addTo(summary);
    return Root.frozen(root, summary.toStatistics(), emptiedAt, fold.version, fold.dirtied());
  }

  /** Estimated bytes of nodes that are not in a segment yet, for limits on a commit's size. */
  public long dirtyBytes() {
    return fold.dirtied() - writtenMark;
  }

  /**
   * Writes every node reachable from {@code frozen} that is not in a segment yet, children before
   * parents, and returns the same tree as a materialised root, readable once the segment is in the
   * store; nodes shared with this editor remember where they are, so that the next version writes
   * only what it changed. {@code frozen} came from {@link #freeze} of this editor; versions are
   * written in their order.
   */
  public Root write(Root frozen, SegmentBuilder out) {
    if (frozen.node() == null) {
      noteWritten(frozen);
      return Root.at(frozen.address(), frozen.statistics(), frozen.emptiedAt());
    }
    if (frozen.version() < writtenVersion) {
      throw new IllegalArgumentException(
          "version " + frozen.version() + " written after " + writtenVersion);
    }
    Root written =
        Root.at(writer.write(frozen.node(), out), frozen.statistics(), frozen.emptiedAt());
    fold.lastSegment = out.id().number();
    noteWritten(frozen);
    return written;
  }

  /**
   * Takes the stored blocks that versions up to {@code version} have replaced since the last call:
   * {@link DeadBlock.Extent#BLOCK} for each that was edited, {@link DeadBlock.Extent#SUBTREE} for
   * what was dropped as a whole. Call it after {@link #write} of that version: a block replaced
   * before it was written is known from then on.
   */
  public List<DeadBlock> takeDead(long version) {
    return fold.dead.take(version, writtenVersion);
  }

  private void requireVersion() {
    if (fold.version == 0) {
      throw new IllegalStateException("beginVersion comes before the first edit");
    }
  }

  private Node root() {
    if (!loaded) {
      root = fold.reader.root(base);
      loaded = true;
    }
    return root;
  }

  private void setRoot(Node after) {
    changed |= after != root;
    root = after;
  }

  private void noteWritten(Root frozen) {
    writtenVersion = Math.max(writtenVersion, frozen.version());
    writtenMark = Math.max(writtenMark, frozen.mark());
  }

  /** Brings the rows of all cores changed in this phase up to date, from the bottom up. */
  private void refresh(Core core) {
    Summary summary = new Summary();
    for (int i = 0; i < core.size(); i++) {
      Node node = core.node(i);
      if (node == null || !fold.owns(node)) {
        continue;
      }
      if (node instanceof Core inner) {
        refresh(inner);
      }
      summary.clear();
      node.addTo(summary);
      core.summarise(i, summary);
    }
  }
}
