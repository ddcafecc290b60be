package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.BlockAddress;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.DeadBlock.Extent;
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
 * deadBlock := segment:zigzag(difference to the one before) ordinal:varint extent:byte
 *              born:varint died-baseVersion:varint
 * </pre>
 *
 * {@code extent} is 0 for a {@link Extent#BLOCK}, 1 for a {@link Extent#SUBTREE}, 2 for a {@link
 * Extent#DIFFERENCE}. A block died in one of the versions that the commit gives a root.
 */
final class CommitCodec {
  /** An upper bound for a stream without roots and dead blocks. */
  static final int STREAM_BYTES = 56 + RootCodec.BYTES_MAX;

  /** An upper bound for a dead block. */
  static final int DEAD_BYTES = 29;

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
      out.putByte(code(dead.extent()));
      out.putVarint(dead.born());
      out.putVarint(dead.died() - stream.baseVersion());
      before = dead.address().segment();
    }
  }

  static StreamCommit readStream(ByteReader in) {
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
    List<DeadBlock> dead = readDead(in, baseVersion, rootCount);
    return new StreamCommit(uuid, baseVersion, baseRoot, fromIndex, throughIndex, roots, dead);
  }

  private static List<DeadBlock> readDead(ByteReader in, long baseVersion, int versions) {
    int count = in.readVarint(Math.min(ShardLimits.ITEMS_PER_STREAM, in.remaining()));
    List<DeadBlock> dead = new ArrayList<>(count);
    long segment = 0;
    for (int i = 0; i < count; i++) {
      segment += in.readZigzag();
      if (segment < 0) {
        throw new MalformedBytesException("a dead block in segment " + segment);
      }
      BlockAddress address = new BlockAddress(segment, in.readVarint(Integer.MAX_VALUE));
      Extent extent = extent(in.readByte());
      long born = CommandCodec.readNumber(in);
      int after = in.readVarint(versions);
      if (after < 1) {
        throw new MalformedBytesException("a block that died before the commit's versions");
      }
      dead.add(new DeadBlock(address, born, baseVersion + after, extent));
    }
    return dead;
  }

  /** How an extent is written, here and in {@link StateKeys}. */
  static int code(Extent extent) {
    return switch (extent) {
      case BLOCK -> 0;
      case SUBTREE -> 1;
      case DIFFERENCE -> 2;
    };
  }

  static Extent extent(int code) {
    return switch (code) {
      case 0 -> Extent.BLOCK;
      case 1 -> Extent.SUBTREE;
      case 2 -> Extent.DIFFERENCE;
      default -> throw new MalformedBytesException("unknown extent of a dead block " + code);
    };
  }
}
