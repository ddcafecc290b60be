package io.btrdb.node.door;

import com.google.protobuf.UnsafeByteOperations;
import io.btrdb.api.cluster.PointsChunk;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.tree.Cursors;
import io.btrdb.tree.PointChunk;

/**
 * A cursor's points as messages of compressed columns. The first chunk is small, because most reads
 * are, and whoever waits for the first point should not wait for 65,536.
 */
final class ColumnChunks {
  private static final int FIRST_POINTS = 4_096;

  private final ReadPlace.Here place;
  private final Cursors.Points points;
  private final ByteWriter block = new ByteWriter(FIRST_POINTS * 4);
  private PointChunk chunk = new PointChunk(FIRST_POINTS);
  private boolean begun;

  ColumnChunks(ReadPlace.Here place, Cursors.Points points) {
    this.place = place;
    this.points = points;
  }

  /** Fills the chunk; false, with an empty chunk, when nothing is left. */
  boolean next() {
    if (begun && chunk.times.length < Limits.COLUMN_POINTS) {
      chunk = new PointChunk(Limits.COLUMN_POINTS);
    }
    begun = true;
    return points.next(chunk);
  }

  /** The chunk as a message. */
  byte[] message() {
    block.truncate(0);
    PointsCodec.encode(chunk.times, chunk.values, 0, chunk.size, block);
    return PointsChunk.newBuilder()
        .setVersionMajor(place.major())
        .setVersionMinor(place.minor())
        .setPoints(UnsafeByteOperations.unsafeWrap(block.array(), 0, block.size()))
        .build()
        .toByteArray();
  }
}
