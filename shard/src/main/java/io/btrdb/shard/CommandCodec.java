package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.codec.PointsCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Commands as the log carries them. Numbers little endian, a UUID as its two longs, high one first.
 *
 * <pre>
 * command   := format:byte(1) kind:byte body
 * Init         1  cluster:uuid shard:varint firstSlot:varint slotCount:varint epoch:varint
 * Epoch        2  epoch:varint
 * Activate     3  level:varint
 * OpenSession  4  session:uuid
 * Write        5  session:uuid sequence:varint acknowledgedThrough:varint operation
 * Seal         6  count:varint stream:uuid*count
 * SegmentPart  7  segment:varint part:varint bytes            to the end of the command
 * Commit       8  {@link CommitCodec}
 * Retire       9  {@link ReclaimCodec}                         from level 2, as is what follows
 * Free        10  {@link ReclaimCodec}
 * Rewrite     11  {@link ReclaimCodec}
 * operation := verb:byte stream:uuid arguments
 * Insert       1  policy:byte points:varint payload           to the end of the command
 * Delete       2  start:zigzag end:zigzag
 * Flush        3
 * Open         4
 * Drop         5
 * Configure    6  {@link ReclaimCodec}                         from level 2
 * policy    := 0 NEVER | 1 EQUAL | 2 RETAIN | 3 REPLACE
 * </pre>
 *
 * Decoding is total: any bytes are a command or a {@link MalformedBytesException}.
 */
public final class CommandCodec {
  /** The highest level of kinds and formats that this release can apply. */
  public static final int LEVEL = 2;

  /** From here on versions can be given up and their space is given back. */
  public static final int RECLAIM_LEVEL = 2;

  static final int FORMAT = 1;

  private static final int INIT = 1;
  private static final int EPOCH = 2;
  private static final int ACTIVATE = 3;
  private static final int OPEN_SESSION = 4;
  private static final int WRITE = 5;
  private static final int SEAL = 6;
  private static final int SEGMENT_PART = 7;
  private static final int COMMIT = 8;
  private static final int RETIRE = 9;
  private static final int FREE = 10;
  private static final int REWRITE = 11;

  private static final int INSERT = 1;
  private static final int DELETE = 2;
  private static final int FLUSH = 3;
  private static final int OPEN = 4;
  private static final int DROP = 5;
  private static final int CONFIGURE = 6;

  /** The most bytes of a Write beside an insert's payload. */
  private static final int WRITE_OVERHEAD_BYTES = 72;

  private CommandCodec() {}

  public static byte[] encode(Command command) {
    ByteWriter out = new ByteWriter(sizeHint(command));
    out.putByte(FORMAT);
    switch (command) {
      case Command.Write write -> {
        out.putByte(WRITE);
        putUuid(write.session(), out);
        out.putVarint(write.sequence());
        out.putVarint(write.acknowledgedThrough());
        putOperation(write.operation(), out);
      }
      case Command.SegmentPart part -> {
        out.putByte(SEGMENT_PART);
        out.putVarint(part.segment());
        out.putVarint(part.part());
        out.putBytes(part.bytes());
      }
      case Command.Commit commit -> {
        out.putByte(COMMIT);
        CommitCodec.write(commit, out);
      }
      case Command.Retire retire -> {
        out.putByte(RETIRE);
        ReclaimCodec.write(retire, out);
      }
      case Command.Free free -> {
        out.putByte(FREE);
        ReclaimCodec.write(free, out);
      }
      case Command.Rewrite rewrite -> {
        out.putByte(REWRITE);
        ReclaimCodec.write(rewrite, out);
      }
      case Command.Seal seal -> {
        out.putByte(SEAL);
        out.putVarint(seal.streams().size());
        seal.streams().forEach(stream -> putUuid(stream, out));
      }
      case Command.OpenSession open -> {
        out.putByte(OPEN_SESSION);
        putUuid(open.session(), out);
      }
      case Command.Init init -> putInit(init, out);
      case Command.Epoch epoch -> {
        out.putByte(EPOCH);
        out.putVarint(epoch.epoch());
      }
      case Command.Activate activate -> {
        out.putByte(ACTIVATE);
        out.putVarint(activate.level());
      }
    }
    return out.size() == out.array().length ? out.array() : out.toByteArray();
  }

  /**
   * @throws MalformedBytesException when the bytes are not a command of a known kind and format;
   *     either they are damaged or a newer release wrote them
   */
  public static Command decode(byte[] array, int offset, int length) {
    ByteReader in = new ByteReader(array, offset, length);
    StateKeys.checkFormat("log command", in.readByte(), FORMAT);
    int kind = in.readByte();
    Command command =
        switch (kind) {
          case WRITE -> readWrite(in);
          case SEGMENT_PART ->
              new Command.SegmentPart(
                  readNumber(in), in.readVarint(Integer.MAX_VALUE), in.readBytes(in.remaining()));
          case COMMIT -> CommitCodec.read(in);
          case RETIRE -> ReclaimCodec.readRetire(in);
          case FREE -> ReclaimCodec.readFree(in);
          case REWRITE -> ReclaimCodec.readRewrite(in);
          case SEAL -> readSeal(in);
          case OPEN_SESSION -> new Command.OpenSession(readUuid(in));
          case INIT -> readInit(in);
          case EPOCH -> new Command.Epoch(readNumber(in));
          case ACTIVATE -> new Command.Activate(in.readVarint(Integer.MAX_VALUE));
          default ->
              throw new MalformedBytesException(
                  "unknown kind of log command " + kind + ", written by a newer release?");
        };
    if (in.hasRemaining()) {
      throw new MalformedBytesException(in.remaining() + " bytes follow a log command");
    }
    return command;
  }

  private static int sizeHint(Command command) {
    return switch (command) {
      case Command.Write write ->
          write.operation() instanceof Operation.Insert insert
              ? insert.payload().length + WRITE_OVERHEAD_BYTES
              : WRITE_OVERHEAD_BYTES;
      case Command.SegmentPart part -> part.bytes().length + ShardLimits.PART_OVERHEAD_BYTES;
      case Command.Commit commit -> 64 + commit.streams().size() * 256;
      case Command.Retire retire -> 8 + retire.streams().size() * 20;
      case Command.Free free -> 64 + free.streams().size() * 128;
      case Command.Rewrite rewrite -> 8 + rewrite.segments().size() * 8;
      case Command.Seal seal -> 8 + seal.streams().size() * 16;
      case Command.OpenSession open -> 18;
      case Command.Init init -> 48;
      case Command.Epoch epoch -> 12;
      case Command.Activate activate -> 8;
    };
  }

  private static void putOperation(Operation operation, ByteWriter out) {
    out.putByte(
        switch (operation) {
          case Operation.Insert insert -> INSERT;
          case Operation.Delete delete -> DELETE;
          case Operation.Flush flush -> FLUSH;
          case Operation.Open open -> OPEN;
          case Operation.Drop drop -> DROP;
          case Operation.Configure configure -> CONFIGURE;
        });
    putUuid(operation.stream(), out);
    if (operation instanceof Operation.Insert insert) {
      out.putByte(LoggedOperation.policyCode(insert.policy()));
      out.putVarint(insert.points());
      out.putBytes(insert.payload());
    } else if (operation instanceof Operation.Delete delete) {
      out.putZigzag(delete.start());
      out.putZigzag(delete.end());
    } else if (operation instanceof Operation.Configure configure) {
      ReclaimCodec.write(configure, out);
    }
  }

  private static Command readWrite(ByteReader in) {
    UUID session = readUuid(in);
    long sequence = in.readVarint();
    long acknowledgedThrough = in.readVarint();
    return new Command.Write(session, sequence, acknowledgedThrough, readOperation(in));
  }

  private static Operation readOperation(ByteReader in) {
    int verb = in.readByte();
    UUID stream = readUuid(in);
    return switch (verb) {
      case INSERT -> {
        var policy = LoggedOperation.policy(in.readByte());
        int points = in.readVarint(PointsCodec.MAX_POINTS);
        if (points == 0) {
          throw new MalformedBytesException("an insert of no points");
        }
        yield new Operation.Insert(stream, policy, points, in.readBytes(in.remaining()));
      }
      case DELETE -> new Operation.Delete(stream, in.readZigzag(), in.readZigzag());
      case FLUSH -> new Operation.Flush(stream);
      case OPEN -> new Operation.Open(stream);
      case DROP -> new Operation.Drop(stream);
      case CONFIGURE -> ReclaimCodec.readConfigure(stream, in);
      default ->
          throw new MalformedBytesException(
              "unknown operation " + verb + ", written by a newer release?");
    };
  }

  private static Command readSeal(ByteReader in) {
    int count = in.readVarint(Math.min(ShardLimits.STREAMS_PER_COMMAND, in.remaining() / 16));
    List<UUID> streams = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      streams.add(readUuid(in));
    }
    return new Command.Seal(streams);
  }

  private static void putInit(Command.Init init, ByteWriter out) {
    out.putByte(INIT);
    putUuid(init.cluster(), out);
    out.putVarint(init.shard());
    out.putVarint(init.firstSlot());
    out.putVarint(init.slotCount());
    out.putVarint(init.epoch());
  }

  private static Command readInit(ByteReader in) {
    return new Command.Init(
        readUuid(in),
        in.readVarint(0xFFFF),
        in.readVarint(Integer.MAX_VALUE),
        in.readVarint(Integer.MAX_VALUE),
        readNumber(in));
  }

  /** A varint that must not be negative. */
  static long readNumber(ByteReader in) {
    long value = in.readVarint();
    if (value < 0) {
      throw new MalformedBytesException("a number of a log command is too large");
    }
    return value;
  }

  static void putUuid(UUID uuid, ByteWriter out) {
    out.putLong(uuid.getMostSignificantBits());
    out.putLong(uuid.getLeastSignificantBits());
  }

  static UUID readUuid(ByteReader in) {
    return new UUID(in.readLong(), in.readLong());
  }
}
