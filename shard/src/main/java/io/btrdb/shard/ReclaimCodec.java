package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.ReducedRange;
import io.btrdb.tree.ReducedRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The bodies of the commands that give space back, part of {@link CommandCodec}'s grammar.
 *
 * <pre>
 * retire    := streams:varint (stream:uuid oldest:varint)*
 * free      := streams:varint freed* segments:varint (segment:varint blocks:varint bytes:varint)*
 * freed     := stream:uuid entries:varint (dead bytes:varint)* below:varint dead*
 * dead      := segment:zigzag ordinal:varint extent:byte born:varint died:zigzag
 *                                  segment and died as differences to the one before
 * rewrite   := segments:varint (segment:varint generation:varint)*
 * configure := oldest:varint archiveHorizon:varint ranges:varint range*
 * range     := start:zigzag end-start:varint resolution:byte
 * </pre>
 *
 * {@code extent} is as in {@link CommitCodec}.
 */
final class ReclaimCodec {
  private ReclaimCodec() {}

  static void write(Command.Retire retire, ByteWriter out) {
    out.putVarint(retire.streams().size());
    for (Command.Retirement each : retire.streams()) {
      CommandCodec.putUuid(each.stream(), out);
      out.putVarint(each.oldest());
    }
  }

  static Command.Retire readRetire(ByteReader in) {
    int count = in.readVarint(Math.min(ShardLimits.STREAMS_PER_COMMAND, in.remaining() / 17));
    List<Command.Retirement> streams = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      streams.add(new Command.Retirement(CommandCodec.readUuid(in), CommandCodec.readNumber(in)));
    }
    return new Command.Retire(streams);
  }

  static void write(Command.Rewrite rewrite, ByteWriter out) {
    out.putVarint(rewrite.segments().size());
    for (Command.Generation each : rewrite.segments()) {
      out.putVarint(each.segment());
      out.putVarint(each.generation());
    }
  }

  static Command.Rewrite readRewrite(ByteReader in) {
    int count = in.readVarint(in.remaining() / 2);
    List<Command.Generation> segments = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      segments.add(
          new Command.Generation(
              CommandCodec.readNumber(in), in.readVarint(SegmentRewriter.GENERATION_MAX)));
    }
    return new Command.Rewrite(segments);
  }

  static void write(Command.Free free, ByteWriter out) {
    out.putVarint(free.streams().size());
    for (Command.FreedStream stream : free.streams()) {
      CommandCodec.putUuid(stream.stream(), out);
      out.putVarint(stream.freed().size());
      DeadBlock before = null;
      for (Command.Freed each : stream.freed()) {
        put(each.block(), before, out);
        out.putVarint(each.bytes());
        before = each.block();
      }
      out.putVarint(stream.below().size());
      before = null;
      for (DeadBlock each : stream.below()) {
        put(each, before, out);
        before = each;
      }
    }
    out.putVarint(free.segments().size());
    for (Command.Written each : free.segments()) {
      out.putVarint(each.segment());
      out.putVarint(each.blocks());
      out.putVarint(each.bytes());
    }
  }

  static Command.Free readFree(ByteReader in) {
    int count = in.readVarint(Math.min(ShardLimits.STREAMS_PER_COMMAND, in.remaining() / 18));
    List<Command.FreedStream> streams = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      streams.add(readStream(in));
    }
    int segmentCount = in.readVarint(in.remaining() / 3);
    List<Command.Written> segments = new ArrayList<>(segmentCount);
    for (int i = 0; i < segmentCount; i++) {
      segments.add(
          new Command.Written(
              CommandCodec.readNumber(in),
              in.readVarint(Integer.MAX_VALUE),
              CommandCodec.readNumber(in)));
    }
    return new Command.Free(streams, segments);
  }

  private static Command.FreedStream readStream(ByteReader in) {
    UUID uuid = CommandCodec.readUuid(in);
    int entries = in.readVarint(in.remaining());
    List<Command.Freed> freed = new ArrayList<>(entries);
    DeadBlock before = null;
    for (int i = 0; i < entries; i++) {
      before = read(before, in);
      freed.add(new Command.Freed(before, in.readVarint(Integer.MAX_VALUE)));
    }
    int count = in.readVarint(in.remaining());
    List<DeadBlock> below = new ArrayList<>(count);
    before = null;
    for (int i = 0; i < count; i++) {
      before = read(before, in);
      below.add(before);
    }
    return new Command.FreedStream(uuid, freed, below);
  }

  private static void put(DeadBlock dead, DeadBlock before, ByteWriter out) {
    out.putZigzag(dead.address().segment() - (before == null ? 0 : before.address().segment()));
    out.putVarint(dead.address().ordinal());
    out.putByte(CommitCodec.code(dead.extent()));
    out.putVarint(dead.born());
    out.putZigzag(dead.died() - (before == null ? 0 : before.died()));
  }

  private static DeadBlock read(DeadBlock before, ByteReader in) {
    long segment = in.readZigzag() + (before == null ? 0 : before.address().segment());
    int ordinal = in.readVarint(Integer.MAX_VALUE);
    DeadBlock.Extent extent = CommitCodec.extent(in.readByte());
    long born = CommandCodec.readNumber(in);
    long died = in.readZigzag() + (before == null ? 0 : before.died());
    if (segment < 0 || died <= 0) {
      throw new MalformedBytesException("a dead block in segment " + segment + ", died " + died);
    }
    return new DeadBlock(new BlockAddress(segment, ordinal), born, died, extent);
  }

  static void write(Operation.Configure configure, ByteWriter out) {
    out.putVarint(configure.oldest());
    out.putVarint(configure.archiveHorizon());
    putRanges(configure.reduced(), out);
  }

  static Operation.Configure readConfigure(UUID stream, ByteReader in) {
    return new Operation.Configure(
        stream, CommandCodec.readNumber(in), CommandCodec.readNumber(in), readRanges(in));
  }

  static void putRanges(List<ReducedRange> ranges, ByteWriter out) {
    out.putVarint(ranges.size());
    for (ReducedRange range : ranges) {
      out.putZigzag(range.start());
      out.putVarint(range.end() - range.start());
      out.putByte(range.resolution());
    }
  }

  private static List<ReducedRange> readRanges(ByteReader in) {
    int count = in.readVarint(in.remaining() / 3);
    List<ReducedRange> ranges = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long start = in.readZigzag();
      long end = start + in.readVarint();
      int resolution = in.readByte();
      if (start >= end || resolution < 0 || resolution > 63) {
        throw new MalformedBytesException(
            "a range of reduced resolution [%d, %d) at 2^%d".formatted(start, end, resolution));
      }
      ranges.add(new ReducedRange(start, end, resolution));
    }
    return ranges;
  }

  static ReducedRanges readReduced(ByteReader in) {
    try {
      return new ReducedRanges(readRanges(in));
    } catch (IllegalArgumentException e) {
      throw new MalformedBytesException(e.getMessage());
    }
  }
}
