package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.tree.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What a segment says about itself, so that streams can be found again from segments alone.
 *
 * <pre>
 * footer := format:byte(1) streams:varint stream*
 * stream := uuid baseVersion:varint baseRoot version:varint root throughIndex:varint
 *           firstOrdinal:varint ordinals:varint
 * </pre>
 *
 * {@code root} is of the last version written; the blocks [firstOrdinal, firstOrdinal + ordinals)
 * were written for this stream.
 */
public record SegmentFooter(List<Stream> streams) {
  /** One stream's part of the segment. */
  public record Stream(
      UUID uuid,
      long baseVersion,
      Root baseRoot,
      long version,
      Root root,
      long throughIndex,
      int firstOrdinal,
      int ordinals) {}

  private static final int FORMAT = 1;

  byte[] encode() {
    ByteWriter out = new ByteWriter(16 + streams.size() * 160);
    out.putByte(FORMAT);
    out.putVarint(streams.size());
    for (Stream stream : streams) {
      CommandCodec.putUuid(stream.uuid, out);
      out.putVarint(stream.baseVersion);
      RootCodec.write(stream.baseRoot, out);
      out.putVarint(stream.version);
      RootCodec.write(stream.root, out);
      out.putVarint(stream.throughIndex);
      out.putVarint(stream.firstOrdinal);
      out.putVarint(stream.ordinals);
    }
    return out.toByteArray();
  }

  /**
   * @throws io.btrdb.codec.MalformedBytesException when the bytes are not a footer
   */
  public static SegmentFooter decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    StateKeys.checkFormat("segment footer", in.readByte(), FORMAT);
    int count = in.readVarint(Math.min(ShardLimits.STREAMS_PER_COMMAND, in.remaining()));
    List<Stream> streams = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      streams.add(
          new Stream(
              CommandCodec.readUuid(in),
              CommandCodec.readNumber(in),
              RootCodec.read(in),
              CommandCodec.readNumber(in),
              RootCodec.read(in),
              CommandCodec.readNumber(in),
              in.readVarint(Integer.MAX_VALUE),
              in.readVarint(Integer.MAX_VALUE)));
    }
    return new SegmentFooter(List.copyOf(streams));
  }
}
