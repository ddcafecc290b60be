package io.btrdb.node.door;

import io.btrdb.tree.Cursors;
import io.btrdb.tree.PointChunk;

/** The points of one stream at one version, wherever they are. Used by one thread at a time. */
interface PointSource {
  long major();

  /** 0 for an explicit version. */
  long minor();

  /**
   * The next points, in order of time; null when none are left. The chunk may be filled again.
   *
   * @throws SourceLostException when the node that has them went away
   */
  PointChunk next();

  /** No more is wanted. From any thread. */
  void cancel();

  /** From a tree on this node. */
  record Local(long major, long minor, Cursors.Points points, PointChunk chunk)
      implements PointSource {
    @Override
    public PointChunk next() {
      return points.next(chunk) ? chunk : null;
    }

    @Override
    public void cancel() {}
  }
}
