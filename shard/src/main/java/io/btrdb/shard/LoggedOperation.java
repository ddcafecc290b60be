package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.tree.MergePolicy;

/**
 * An insert or delete that the log has accepted and no root contains yet.
 *
 * <p>It knows its version from the start: what arrives while a stream's version is M belongs to M +
 * 1, whenever that is sealed.
 *
 * <p>In the state store, under {@link StateKeys#operation}:
 *
 * <pre>
 * value  := format:byte(1) version:varint index:varint command:varint kind:byte points:varint body
 * kind   := 0 NEVER | 1 EQUAL | 2 RETAIN | 3 REPLACE | 4 delete
 * body   := (insert) one block of PointsCodec | (delete) start:long end:long
 * </pre>
 */
final class LoggedOperation {
  static final byte DELETE = 4;
  static final int DELETE_BYTES = 16;

  /**
   * What an operation costs on the heap beside its bytes: the object, the array's head, its slot.
   */
  static final int OVERHEAD_BYTES = 72;

  private static final int FORMAT = 1;
  private static final MergePolicy[] POLICIES = {
    MergePolicy.NEVER, MergePolicy.EQUAL, MergePolicy.RETAIN, MergePolicy.REPLACE
  };

  final long version;

  /** Log index of the entry that brought it. */
  final long index;

  /** Which command of that entry. */
  final int command;

  final byte kind;

  /** Points as counted by {@code minor}: 0 for a delete. */
  final int points;

  /** Bytes of the body. */
  final int length;

  /** The body, or null when only the state store has it. */
  final byte[] body;

  /** Whether the state store has it. Apply thread only. */
  boolean stored;

  LoggedOperation(
      long version, long index, int command, byte kind, int points, int length, byte[] body) {
    this.version = version;
    this.index = index;
    this.command = command;
    this.kind = kind;
    this.points = points;
    this.length = length;
    this.body = body;
  }

  static LoggedOperation insert(long version, EntryContext entry, Operation.Insert insert) {
    byte[] payload = insert.payload();
    return new LoggedOperation(
        version,
        entry.index(),
        entry.commandInEntry(),
        policyCode(insert.policy()),
        insert.points(),
        payload.length,
        payload);
  }

  static LoggedOperation delete(long version, EntryContext entry, Operation.Delete delete) {
    ByteWriter body = new ByteWriter(DELETE_BYTES);
    body.putLong(delete.start());
    body.putLong(delete.end());
    return new LoggedOperation(
        version,
        entry.index(),
        entry.commandInEntry(),
        DELETE,
        0,
        DELETE_BYTES,
        body.toByteArray());
  }

  /** The same, its body left to the state store. */
  LoggedOperation spilled() {
    LoggedOperation spilled =
        new LoggedOperation(version, index, command, kind, points, length, null);
    spilled.stored = true;
    return spilled;
  }

  boolean isDelete() {
    return kind == DELETE;
  }

  MergePolicy policy() {
    return POLICIES[kind];
  }

  /** Its share of the backlog. */
  long backlogBytes() {
    return (long) length + OVERHEAD_BYTES;
  }

  byte[] encode() {
    ByteWriter out = new ByteWriter(length + 40);
    out.putByte(FORMAT);
    out.putVarint(version);
    out.putVarint(index);
    out.putVarint(command);
    out.putByte(kind);
    out.putVarint(points);
    out.putBytes(body);
    return out.toByteArray();
  }

  /** What {@link #encode} made, with its body. */
  static LoggedOperation decode(byte[] value) {
    ByteReader in = new ByteReader(value);
    StateKeys.checkFormat("operation", in.readByte(), FORMAT);
    long version = in.readVarint();
    long index = in.readVarint();
    int command = in.readVarint(Integer.MAX_VALUE);
    byte kind = (byte) in.readByte();
    if (kind < 0 || kind > DELETE) {
      throw new MalformedBytesException("unknown operation kind " + kind);
    }
    int points = in.readVarint(Integer.MAX_VALUE);
    byte[] body = in.readBytes(in.remaining());
    LoggedOperation operation =
        new LoggedOperation(version, index, command, kind, points, body.length, body);
    operation.stored = true;
    return operation;
  }

  static byte policyCode(MergePolicy policy) {
    return switch (policy) {
      case NEVER -> 0;
      case EQUAL -> 1;
      case RETAIN -> 2;
      case REPLACE -> 3;
    };
  }

  static MergePolicy policy(int code) {
    if (code < 0 || code >= POLICIES.length) {
      throw new MalformedBytesException("unknown merge policy " + code);
    }
    return POLICIES[code];
  }
}
