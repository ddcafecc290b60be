package io.btrdb.storage.local;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The header of one record in an extent file. All integers are big-endian and unsigned.
 *
 * <pre>
 * extent    = record*
 * record    = "BTXR" version:u8 kind:u8 shard:u16 number:u64 length:u32
 *             synced:u32 payloadCrc:u32 headerCrc:u32             32 bytes
 *             payload                                             length bytes
 * kind      = 1: put, the payload is the segment
 *           | 2: delete of the segment, no payload
 * synced    = offset in this extent below which all was on the disk when the record was written
 * headerCrc = CRC32C of the 28 bytes before it
 * </pre>
 *
 * Later records of a segment supersede earlier ones, in the order of extents and offsets. {@code
 * synced} tells, after a crash, from where on payloads may be torn and must be read to be trusted.
 */
record ExtentRecord(int kind, int shard, long number, int length, int synced, int payloadCrc) {
  static final int HEADER_BYTES = 32;
  static final int MAGIC = 0x42545852;
  static final int PUT = 1;
  static final int DELETE = 2;

  private static final int VERSION = 1;

  static ExtentRecord put(int shard, long number, byte[] segment, int synced) {
    return new ExtentRecord(
        PUT, shard, number, segment.length, synced, crc(segment, segment.length));
  }

  static ExtentRecord delete(int shard, long number, int synced) {
    return new ExtentRecord(DELETE, shard, number, 0, synced, 0);
  }

  long sizeBytes() {
    return (long) HEADER_BYTES + length;
  }

  byte[] header() {
    byte[] header = new byte[HEADER_BYTES];
    ByteBuffer.wrap(header)
        .putInt(MAGIC)
        .put((byte) VERSION)
        .put((byte) kind)
        .putShort((short) shard)
        .putLong(number)
        .putInt(length)
        .putInt(synced)
        .putInt(payloadCrc)
        .putInt(crc(header, HEADER_BYTES - 4));
    return header;
  }

  /** The record whose header these bytes are, or null when they are none of this shard's. */
  static ExtentRecord parse(byte[] bytes, int at, int shard) {
    ByteBuffer header = ByteBuffer.wrap(bytes, at, HEADER_BYTES);
    int magic = header.getInt();
    int version = header.get();
    int kind = header.get();
    int storedShard = header.getShort() & 0xFFFF;
    long number = header.getLong();
    int length = header.getInt();
    int synced = header.getInt();
    int payloadCrc = header.getInt();
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, HEADER_BYTES - 4);
    boolean known = kind == PUT || (kind == DELETE && length == 0);
    if (magic != MAGIC || header.getInt() != (int) crc.getValue() || version != VERSION) {
      return null;
    }
    return known && storedShard == shard && number >= 0 && length >= 0 && synced >= 0
        ? new ExtentRecord(kind, shard, number, length, synced, payloadCrc)
        : null;
  }

  boolean matches(byte[] payload) {
    return payload.length == length && (kind == DELETE || crc(payload, length) == payloadCrc);
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
