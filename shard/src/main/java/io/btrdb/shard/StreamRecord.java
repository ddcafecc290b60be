package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.tree.Root;
import java.util.UUID;

/**
 * A stream's state value; its operations have keys of their own.
 *
 * <pre>
 * value     := format:byte(1) (tombstone | live) | format:byte(2) live limits
 * tombstone := 0
 * live      := 1 major:varint materialised:varint oldest:varint through+1:varint
 *              operationsBefore:varint root operations:varint pendingSince:zigzag
 * limits    := archiveHorizon:varint ranges:varint range*
 * range     := {@link ReclaimCodec}
 * </pre>
 *
 * {@code oldest} is the first version that can be read. Format 2 is for streams that were told more
 * than that.
 */
record StreamRecord(StreamState withoutOperations, int operations, long pendingSinceMillis) {
  private static final int FORMAT = 1;
  private static final int WITH_LIMITS = 2;
  private static final int TOMBSTONE = 0;
  private static final int LIVE = 1;

  static byte[] encode(StreamState stream) {
    ByteWriter out = new ByteWriter(160);
    Retention retention = stream.retention();
    out.putByte(retention.isPlain() ? FORMAT : WITH_LIMITS);
    if (!stream.isLive()) {
      out.putByte(TOMBSTONE);
      return out.toByteArray();
    }
    out.putByte(LIVE);
    out.putVarint(stream.major());
    out.putVarint(stream.materialised());
    out.putVarint(retention.oldest());
    out.putVarint(stream.throughIndex() + 1);
    out.putVarint(stream.operationsBefore());
    RootCodec.write(stream.root(), out);
    out.putVarint(stream.backlog().size());
    out.putZigzag(stream.pendingSinceMillis());
    if (!retention.isPlain()) {
      out.putVarint(retention.archiveHorizon());
      ReclaimCodec.putRanges(retention.reduced().list(), out);
    }
    return out.toByteArray();
  }

  static StreamRecord decode(UUID uuid, byte[] value) {
    ByteReader in = new ByteReader(value);
    int format = in.readByte();
    if (format != WITH_LIMITS) {
      StateKeys.checkFormat("stream", format, FORMAT);
    }
    int kind = in.readByte();
    if (kind == TOMBSTONE) {
      return new StreamRecord(StreamState.tombstone(uuid), 0, 0);
    }
    if (kind != LIVE) {
      throw new MalformedBytesException("unknown kind of stream " + kind);
    }
    long major = in.readVarint();
    long materialised = in.readVarint();
    long oldest = in.readVarint();
    long throughIndex = in.readVarint() - 1;
    long operationsBefore = in.readVarint();
    Root root = RootCodec.read(in);
    int operations = in.readVarint(Integer.MAX_VALUE);
    long pendingSinceMillis = in.readZigzag();
    Retention retention = retention(format, oldest, in);
    StreamState stream =
        new StreamState(
            uuid,
            major,
            materialised,
            root,
            throughIndex,
            operationsBefore,
            Backlog.EMPTY,
            retention);
    return new StreamRecord(stream, operations, pendingSinceMillis);
  }

  private static Retention retention(int format, long oldest, ByteReader in) {
    if (format == FORMAT) {
      return oldest == ShardLimits.FIRST_VERSION ? Retention.ALL : Retention.ALL.withOldest(oldest);
    }
    long archiveHorizon = in.readVarint();
    return new Retention(oldest, archiveHorizon, ReclaimCodec.readReduced(in));
  }
}
