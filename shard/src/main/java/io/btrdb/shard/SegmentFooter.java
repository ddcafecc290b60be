package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.tree.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a segment says about itself, so that streams can be found again from segments alone.
 *
 * <pre>
 * footer := format:byte(1) streams:varint stream*
 *         | format:byte(2) logTime:zigzag streams:varint whole*
 * stream := uuid baseVersion:varint baseRoot version:varint root throughIndex:varint
 *           firstOrdinal:varint ordinals:varint
 * whole  := firstOrdinal:varint ordinals:varint commit          commit: stream of {@link CommitCodec}
 * </pre>
 *
 * {@code root} is of the last version written; the blocks [firstOrdinal, firstOrdinal + ordinals)
 * were written for this stream. A segment of a pool that all replicas share has the second form: it
 * repeats what the log's Commit says, so that the pool alone knows all versions.
 *
 * @param logTimeMillis the log's time when the segment was folded; empty in the first form
 */
public record SegmentFooter(Optional<Long> logTimeMillis, List<Stream> streams) {
  /**
   * One stream's part of the segment.
   *
   * @param commit all that the Commit says of the stream; empty in the first form
   */
  public record Stream(
      UUID uuid,
      long baseVersion,
      Root baseRoot,
      long version,
      Root root,
      long throughIndex,
      int firstOrdinal,
      int ordinals,
      Optional<StreamCommit> commit) {
    static Stream of(StreamCommit commit, int firstOrdinal, int ordinals) {
      return new Stream(
          commit.stream(),
          commit.baseVersion(),
          commit.baseRoot(),
          commit.baseVersion() + commit.roots().size(),
          commit.roots().getLast(),
          commit.throughIndex(),
          firstOrdinal,
          ordinals,
          Optional.of(commit));
    }
  }

  private static final int FORMAT_ENDS = 1;
  private static final int FORMAT_WHOLE = 2;

  /** The first form, for a segment whose replicas keep their state beside it. */
  static byte[] encodeEnds(List<Stream> streams) {
    ByteWriter out = new ByteWriter(16 + streams.size() * 160);
    out.putByte(FORMAT_ENDS);
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

  /** The second form. */
  static byte[] encodeWhole(long logTimeMillis, List<Stream> streams) {
    ByteWriter out = new ByteWriter(16 + streams.size() * 320);
    out.putByte(FORMAT_WHOLE);
    out.putZigzag(logTimeMillis);
    out.putVarint(streams.size());
    for (Stream stream : streams) {
      out.putVarint(stream.firstOrdinal);
      out.putVarint(stream.ordinals);
      CommitCodec.writeStream(stream.commit.orElseThrow(), out);
    }
    return out.toByteArray();
  }

  /**
   * @throws MalformedBytesException when the bytes are not a footer
   */
  public static SegmentFooter decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.readByte();
    if (format == FORMAT_WHOLE) {
      return new SegmentFooter(Optional.of(in.readZigzag()), readWhole(in));
    }
    StateKeys.checkFormat("segment footer", format, FORMAT_ENDS);
    return new SegmentFooter(Optional.empty(), readEnds(in));
  }

  private static int count(ByteReader in) {
    return in.readVarint(Math.min(ShardLimits.STREAMS_PER_COMMAND, in.remaining()));
  }

  private static List<Stream> readEnds(ByteReader in) {
    int count = count(in);
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
              in.readVarint(Integer.MAX_VALUE),
              Optional.empty()));
    }
    return List.copyOf(streams);
  }

  private static List<Stream> readWhole(ByteReader in) {
    int count = count(in);
    List<Stream> streams = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int firstOrdinal = in.readVarint(Integer.MAX_VALUE);
      int ordinals = in.readVarint(Integer.MAX_VALUE);
      StreamCommit commit = CommitCodec.readStream(in);
      if (commit.roots().isEmpty()) {
        throw new MalformedBytesException("a footer without a root for " + commit.stream());
      }
      streams.add(Stream.of(commit, firstOrdinal, ordinals));
    }
    return List.copyOf(streams);
  }
}
