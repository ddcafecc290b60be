package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;

/**
 * An immutable version of a tree: a handle to its root node and the statistics of all its points.
 * Either materialised (its nodes are in segments, found by address) or still held in memory by the
 * fold that made it. May be shared between threads once published safely.
 *
 * <p>What must be kept of a root to find it again: {@link #address}, {@link #statistics}, {@link
 * #emptiedAt}.
 */
public final class Root {
  /** The tree of a stream that never held a point. */
  public static final Root EMPTY = new Root(null, null, Statistics.EMPTY, 0, 0, 0);

  private final BlockAddress address;
  private final Node node;
  private final Statistics statistics;
  private final long emptiedAt;
  private final long version;
  private final long mark;

  private Root(
      BlockAddress address,
      Node node,
      Statistics statistics,
      long emptiedAt,
      long version,
      long mark) {
    this.address = address;
    this.node = node;
    this.statistics = statistics;
    this.emptiedAt = emptiedAt;
    this.version = version;
    this.mark = mark;
  }

  /**
   * A root whose node is stored at {@code address}; null for the empty tree.
   *
   * @param emptiedAt the version that last left the tree without points, 0 if none did
   */
  public static Root at(BlockAddress address, Statistics statistics, long emptiedAt) {
    if ((address == null) != (statistics.count() == 0)) {
      throw new IllegalArgumentException(
          "a root of " + statistics.count() + " points at address " + address);
    }
    return address == null && emptiedAt == 0
        ? EMPTY
        : new Root(address, null, statistics, emptiedAt, 0, 0);
  }

  /**
   * A root in memory.
   *
   * @param version the newest version folded into it
   * @param mark the editor's count of dirty bytes when it was frozen
   */
  static Root frozen(Node node, Statistics statistics, long emptiedAt, long version, long mark) {
    return new Root(null, node, statistics, emptiedAt, version, mark);
  }

  public boolean isEmpty() {
    return statistics.count() == 0;
  }

  /** Whether every node of it is in a segment, so that {@link #address()} names it for ever. */
  public boolean isMaterialised() {
    return isEmpty() || address != null;
  }

  /** Null for the empty tree and for a root that is not materialised. */
  public BlockAddress address() {
    return address;
  }

  public Statistics statistics() {
    return statistics;
  }

  /**
   * The last version, up to this one, that left the tree without points, 0 if none did: {@link
   * Tree#changes} across it would otherwise miss what was deleted.
   */
  public long emptiedAt() {
    return emptiedAt;
  }

  /** The root node in memory, null when it must be read. */
  Node node() {
    return node;
  }

  long version() {
    return version;
  }

  long mark() {
    return mark;
  }
}
