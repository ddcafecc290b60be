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
 * value     := format:byte(1) (tombstone | live)
 * tombstone := 0
 * live      := 1 major:varint materialised:varint oldest:varint through+1:varint
 *              operationsBefore:varint root operations:varint pendingSince:zigzag
 * </pre>
 *
 * {@code oldest} is reserved for pruning, the first version that can be read: 10 until then.
 */
record StreamRecord(StreamState withoutOperations, int operations, long pendingSinceMillis) {
  private static final int FORMAT = 1;
  private static final int TOMBSTONE = 0;
  private static final int LIVE = 1;

  static byte[] encode(StreamState stream) {
    ByteWriter out = new ByteWriter(160);
    out.putByte(FORMAT);
    if (!stream.isLive()) {
      out.putByte(TOMBSTONE);
      return out.toByteArray();
    }
    out.putByte(LIVE);
    out.putVarint(stream.major());
    out.putVarint(stream.materialised());
    out.putVarint(ShardLimits.FIRST_VERSION);
    out.putVarint(stream.throughIndex() + 1);
    out.putVarint(stream.operationsBefore());
    RootCodec.write(stream.root(), out);
    out.putVarint(stream.backlog().size());
    out.putZigzag(stream.pendingSinceMillis());
    return out.toByteArray();
  }

  static StreamRecord decode(UUID uuid, byte[] value) {
    ByteReader in = new ByteReader(value);
    StateKeys.checkFormat("stream", in.readByte(), FORMAT);
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
    if (oldest != ShardLimits.FIRST_VERSION) {
      throw new MalformedBytesException("versions below " + oldest + " are pruned, by whom?");
    }
    long throughIndex = in.readVarint() - 1;
    long operationsBefore = in.readVarint();
    Root root = RootCodec.read(in);
    int operations = in.readVarint(Integer.MAX_VALUE);
    long pendingSinceMillis = in.readZigzag();
    StreamState stream =
        new StreamState(
            uuid, major, materialised, root, throughIndex, operationsBefore, Backlog.EMPTY);
    return new StreamRecord(stream, operations, pendingSinceMillis);
  }
}
