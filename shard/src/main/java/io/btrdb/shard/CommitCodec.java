package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.BlockAddress;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The body of a Commit, part of {@link CommandCodec}'s grammar.
 *
 * <pre>
 * commit := segment:varint parts:varint length:varint crc32c:int streams:varint stream*
 * stream := uuid baseVersion:varint baseRoot fromIndex:varint throughIndex-fromIndex:varint
 *           roots:varint root* dead:varint deadBlock*
 * root, baseRoot := {@link RootCodec}
 * deadBlock := segment:zigzag(difference to the one before) ordinal:varint
 *              born:varint died:varint
 * </pre>
 */
final class CommitCodec {
  /** An upper bound for a stream without roots and dead blocks, for a commit's estimate. */
  static final int STREAM_BYTES = 48 + RootCodec.BYTES_MAX;

  static final int DEAD_BYTES = 24;

  private CommitCodec() {}

  static void write(Command.Commit commit, ByteWriter out) {
    out.putVarint(commit.segment());
    out.putVarint(commit.parts());
    out.putVarint(commit.length());
    out.putInt(commit.crc32c());
    out.putVarint(commit.streams().size());
    for (StreamCommit stream : commit.streams()) {
      writeStream(stream, out);
    }
  }

  static Command.Commit read(ByteReader in) {
    long segment = CommandCodec.readNumber(in);
    int parts = in.readVarint(Integer.MAX_VALUE);
    int length = in.readVarint(Integer.MAX_VALUE);
    int crc32c = in.readInt();
    int count = in.readVarint(Math.min(ShardLimits.STREAMS_PER_COMMAND, in.remaining()));
    List<StreamCommit> streams = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      streams.add(readStream(in));
    }
    return new Command.Commit(segment, parts, length, crc32c, streams);
  }

  static void writeStream(StreamCommit stream, ByteWriter out) {
    CommandCodec.putUuid(stream.stream(), out);
    out.putVarint(stream.baseVersion());
    RootCodec.write(stream.baseRoot(), out);
    out.putVarint(stream.fromIndex());
    out.putVarint(stream.throughIndex() - stream.fromIndex());
    out.putVarint(stream.roots().size());
    stream.roots().forEach(root -> RootCodec.write(root, out));
    out.putVarint(stream.dead().size());
    long before = 0;
    for (DeadBlock dead : stream.dead()) {
      out.putZigzag(dead.address().segment() - before);
      out.putVarint(dead.address().ordinal());
      out.putVarint(dead.born());
      out.putVarint(dead.died());
      before = dead.address().segment();
    }
  }

  private static StreamCommit readStream(ByteReader in) {
    UUID uuid = CommandCodec.readUuid(in);
    long baseVersion = CommandCodec.readNumber(in);
    Root baseRoot = RootCodec.read(in);
    long fromIndex = CommandCodec.readNumber(in);
    long throughIndex = fromIndex + CommandCodec.readNumber(in);
    int rootCount = in.readVarint(Math.min(ShardLimits.ITEMS_PER_STREAM, in.remaining()));
    List<Root> roots = new ArrayList<>(rootCount);
    for (int i = 0; i < rootCount; i++) {
      roots.add(RootCodec.read(in));
    }
    int deadCount = in.readVarint(Math.min(ShardLimits.ITEMS_PER_STREAM, in.remaining()));
    List<DeadBlock> dead = new ArrayList<>(deadCount);
    long segment = 0;
    for (int i = 0; i < deadCount; i++) {
      segment += in.readZigzag();
      if (segment < 0) {
        throw new MalformedBytesException("a dead block in segment " + segment);
      }
      BlockAddress address = new BlockAddress(segment, in.readVarint(Integer.MAX_VALUE));
      dead.add(new DeadBlock(address, CommandCodec.readNumber(in), CommandCodec.readNumber(in)));
    }
    return new StreamCommit(uuid, baseVersion, baseRoot, fromIndex, throughIndex, roots, dead);
  }
}
