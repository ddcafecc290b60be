package io.btrdb.node.door;

import com.google.protobuf.UnsafeByteOperations;
import io.btrdb.api.cluster.PointsChunk;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.tree.Cursors;
import io.btrdb.tree.PointChunk;

/** A cursor's points as messages of compressed columns. */
final class ColumnChunks {
  private static final int BLOCK_BYTES = 16 << 10;

  private final ReadPlace.Here place;
  private final GrowingChunk points;
  private final ByteWriter block = new ByteWriter(BLOCK_BYTES);

  /**
   * @param most points in a message
   */
  ColumnChunks(ReadPlace.Here place, Cursors.Points points, int most) {
    this.place = place;
    this.points = new GrowingChunk(points, most);
  }

  /** Fills the chunk; false, with an empty chunk, when nothing is left. */
  boolean next() {
    return points.next();
  }

  /** The chunk as a message. */
  byte[] message() {
    PointChunk chunk = points.chunk();
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
