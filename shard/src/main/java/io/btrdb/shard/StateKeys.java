package io.btrdb.shard;

import io.btrdb.codec.MalformedBytesException;
import io.btrdb.codec.StreamHash;
import io.btrdb.storage.BlockAddress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;

/**
 * The keys of a shard's state. Families 0x01 to 0x3F are the shard's; numbers are big endian, so
 * that the store's order is theirs. Stream keys start with the slot, so that a shard can be split
 * by ranges of keys. Every value starts with its format version.
 *
 * <pre>
 * shard      := 0x01                                  what the group knows of itself: {@link MetaRecord}
 * stream     := 0x02 slot:2 uuid:16                   {@link StreamRecord}
 * root       := 0x03 slot:2 uuid:16 version:8         {@link RootCodec}
 * operation  := 0x04 slot:2 uuid:16 ordinal:8         {@link LoggedOperation}
 * dead       := 0x05 slot:2 uuid:16 died:8 segment:8 ordinal:4    value := format:byte(1) extent:byte born:varint
 * dead tree  := 0x06 slot:2 uuid:16                   last root of a dropped stream: {@link RootCodec}
 * purge      := 0x07 slot:2 uuid:16                   value := format:byte(1) next:varint last:varint
 *                                                     below level 2 only
 * session    := 0x08 0:2 uuid:16                      {@link SessionRecord}
 * staged     := 0x09 segment:8 part:4                 value := format:byte(1) bytes
 * reclaim    := 0x0A slot:2 uuid:16                   something is given up and not free yet
 *                                                     value := format:byte(1)
 * segment    := 0x0B segment:8                        {@link SegmentRecord}
 * </pre>
 *
 * A dead block's {@code extent} is as in {@link CommitCodec}.
 */
final class StateKeys {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final byte SHARD = 0x01;
  static final byte STREAM = 0x02;
  static final byte ROOT = 0x03;
  private static final byte OPERATION = 0x04;
  static final byte DEAD = 0x05;
  static final byte DEAD_TREE = 0x06;
  static final byte PURGE = 0x07;
  static final byte SESSION = 0x08;
  static final byte STAGED = 0x09;
  static final byte RECLAIM = 0x0A;
  static final byte SEGMENT = 0x0B;
  private static final byte END = 0x40;

  private static final int STREAM_BYTES = 19;
  private static final int UUID_AT = 3;

  private StateKeys() {}

  static byte[] shard() {
    return new byte[] {SHARD};
  }

  static byte[] stream(UUID uuid) {
    return streamKey(STREAM, uuid, 0);
  }

  static byte[] root(UUID uuid, long version) {
    byte[] key = streamKey(ROOT, uuid, 8);
    LONG.set(key, STREAM_BYTES, version);
    return key;
  }

  static byte[] operation(UUID uuid, long ordinal) {
    byte[] key = streamKey(OPERATION, uuid, 8);
    LONG.set(key, STREAM_BYTES, ordinal);
    return key;
  }

  static byte[] dead(UUID uuid, long died, long segment, int ordinal) {
    byte[] key = streamKey(DEAD, uuid, 20);
    LONG.set(key, STREAM_BYTES, died);
    LONG.set(key, STREAM_BYTES + 8, segment);
    INT.set(key, STREAM_BYTES + 16, ordinal);
    return key;
  }

  /** Behind the last dead block of a stream. */
  static byte[] deadEnd(UUID uuid) {
    byte[] key = streamKey(DEAD, uuid, 20);
    Arrays.fill(key, STREAM_BYTES, key.length, (byte) 0xFF);
    return key;
  }

  static long deadDied(byte[] key) {
    checkLength(key, STREAM_BYTES + 20);
    return (long) LONG.get(key, STREAM_BYTES);
  }

  static BlockAddress deadAddress(byte[] key) {
    checkLength(key, STREAM_BYTES + 20);
    return new BlockAddress(
        (long) LONG.get(key, STREAM_BYTES + 8), (int) INT.get(key, STREAM_BYTES + 16));
  }

  static byte[] reclaim(UUID uuid) {
    return streamKey(RECLAIM, uuid, 0);
  }

  static byte[] segment(long segment) {
    byte[] key = new byte[9];
    key[0] = SEGMENT;
    LONG.set(key, 1, segment);
    return key;
  }

  static long segmentNumber(byte[] key) {
    checkLength(key, 9);
    return (long) LONG.get(key, 1);
  }

  static byte[] deadTree(UUID uuid) {
    return streamKey(DEAD_TREE, uuid, 0);
  }

  static byte[] purge(UUID uuid) {
    return streamKey(PURGE, uuid, 0);
  }

  static byte[] session(UUID session) {
    byte[] key = new byte[STREAM_BYTES];
    key[0] = SESSION;
    putUuid(key, session);
    return key;
  }

  static byte[] staged(long segment, int part) {
    byte[] key = new byte[13];
    key[0] = STAGED;
    LONG.set(key, 1, segment);
    INT.set(key, 9, part);
    return key;
  }

  /** First key of a family; the next family's is its end. */
  static byte[] family(int family) {
    return new byte[] {(byte) family};
  }

  static byte[] end() {
    return new byte[] {END};
  }

  /** The UUID in a stream's or session's key. */
  static UUID uuid(byte[] key) {
    checkLength(key, STREAM_BYTES);
    return new UUID((long) LONG.get(key, UUID_AT), (long) LONG.get(key, UUID_AT + 8));
  }

  static long stagedSegment(byte[] key) {
    checkLength(key, 13);
    return (long) LONG.get(key, 1);
  }

  static int stagedPart(byte[] key) {
    return (int) INT.get(key, 9);
  }

  static void checkFormat(String what, int format, int known) {
    if (format != known) {
      throw new MalformedBytesException(
          "a "
              + what
              + " has format "
              + format
              + ", this release knows "
              + known
              + ": written by a newer release?");
    }
  }

  private static byte[] streamKey(byte family, UUID uuid, int more) {
    byte[] key = new byte[STREAM_BYTES + more];
    int slot = StreamHash.slot(uuid);
    key[0] = family;
    key[1] = (byte) (slot >>> 8);
    key[2] = (byte) slot;
    putUuid(key, uuid);
    return key;
  }

  private static void putUuid(byte[] key, UUID uuid) {
    LONG.set(key, UUID_AT, uuid.getMostSignificantBits());
    LONG.set(key, UUID_AT + 8, uuid.getLeastSignificantBits());
  }

  private static void checkLength(byte[] key, int least) {
    if (key.length < least) {
      throw new MalformedBytesException(
          "a state key of family "
              + (key.length == 0 ? -1 : key[0])
              + " has "
              + key.length
              + " bytes");
    }
  }
}
