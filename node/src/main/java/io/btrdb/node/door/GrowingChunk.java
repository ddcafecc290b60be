package io.btrdb.node.door;

import io.btrdb.tree.Cursors;
import io.btrdb.tree.PointChunk;

/**
 * A cursor's points, chunk by chunk. The first chunk is small, because most reads are, and whoever
 * waits for the first point should not wait for 65,536.
 */
final class GrowingChunk {
  private static final int FIRST_POINTS = 4_096;

  private final Cursors.Points points;
  private final int most;
  private PointChunk chunk;
  private boolean begun;

  /**
   * @param most points in a chunk
   */
  GrowingChunk(Cursors.Points points, int most) {
    this.points = points;
    this.most = most;
    this.chunk = new PointChunk(Math.min(FIRST_POINTS, most));
  }

  /** Fills the chunk; false, with an empty chunk, when nothing is left. */
  boolean next() {
    if (begun && chunk.times.length < most) {
      chunk = new PointChunk(most);
    }
    begun = true;
    return points.next(chunk);
  }

  PointChunk chunk() {
    return chunk;
  }
}
