package io.btrdb.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes of a segment. All integers are big-endian and unsigned; {@code varint} is LEB128, seven
 * bits a byte, lowest first.
 *
 * <pre>
 * segment   = header block* directory footer trailer
 * header    = "BTRS" version:u8 generation:u8 shard:u16 number:u64 crc:u32      20 bytes
 *                                                   crc: CRC32C of the 16 bytes before it
 * block     = magic:u8=0xB7 version:u8 shard:u16
 *             kind:u8 length:u24 number:u64 ordinal:u32 crc:u32                  24 bytes
 *             payload                               length bytes, at most 262,144
 *                                                   crc: CRC32C of the 20 bytes before it, payload
 * directory = blocks:varint entry*                  entries for exactly that many ordinals
 * entry     = (length + 1):varint                   the next ordinal is present, payload of length
 *           | 0:varint run:varint                   the next run (at least 1) ordinals are not present
 * footer    = bytes                                 the writer's own
 * trailer   = "BTRE" version:u8 generation:u8 shard:u16 number:u64
 *             directoryOffset:u32 directoryLength:u32 footerLength:u32 crc:u32   32 bytes
 *                                                   crc: CRC32C of directory, footer and the 28
 *                                                   bytes before it
 * </pre>
 *
 * Blocks lie back to back in the order of their ordinals from the end of the header to the
 * directory, so lengths alone give their places. The directory, the footer and the trailer are the
 * tail; they are read and checked without the rest. A segment that lost its end has no trailer.
 *
 * <p>{@code generation} counts how often the segment was rewritten without blocks that nothing
 * needs any more: the blocks that are left keep their ordinals and bytes, and the footer stays.
 * Releases that knew no generations wrote 0 and read any.
 *
 * <p>Every block repeats its full address under its checksum: a block whose checksum fails is
 * <em>damaged</em>; one whose checksum holds but whose address is another was <em>misdirected</em>.
 */
final class SegmentFormat {
  static final int VERSION = 1;
  static final int HEADER_BYTES = 20;
  static final int BLOCK_HEADER_BYTES = 24;
  static final int TRAILER_BYTES = 32;
  static final int BLOCK_PAYLOAD_BYTES_MAX = 256 * 1024;

  /** Far above any commit; keeps every offset in an int. */
  static final int SEGMENT_BYTES_MAX = 512 * 1024 * 1024;

  /** Ordinals in one segment; a directory of this many takes 4 MB in memory. */
  static final int BLOCKS_MAX = 1 << 20;

  /** Generations after the first. Each leaves out half of a segment's bytes: there are few. */
  static final int GENERATION_MAX = 255;

  /** Where header and trailer have the generation. */
  private static final int GENERATION_AT = 5;

  private static final int HEADER_MAGIC = 0x42545253;
  private static final int TRAILER_MAGIC = 0x42545245;
  private static final int BLOCK_MAGIC = 0xB7;

  private SegmentFormat() {}

  static int crc32c(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  static void writeHeader(SegmentId id, int generation, byte[] target) {
    writeIdentity(ByteBuffer.wrap(target), HEADER_MAGIC, id, generation)
        .putInt(crc32c(target, 0, HEADER_BYTES - 4));
  }

  /** Writes the block's header at {@code at}, before its payload, which must be in place. */
  static void writeBlockHeader(
      SegmentId id, int ordinal, int kind, byte[] target, int at, int payloadLength) {
    ByteBuffer.wrap(target, at, BLOCK_HEADER_BYTES)
        .put((byte) BLOCK_MAGIC)
        .put((byte) VERSION)
        .putShort((short) id.shard())
        .putInt(kind << 24 | payloadLength)
        .putLong(id.number())
        .putInt(ordinal)
        .putInt(blockCrc(target, at, payloadLength));
  }

  /** Writes the trailer behind directory and footer, which must be in place. */
  static void writeTrailer(
      SegmentId id,
      int generation,
      byte[] target,
      int directoryOffset,
      int directoryLength,
      int footerLength) {
    int at = directoryOffset + directoryLength + footerLength;
    writeIdentity(ByteBuffer.wrap(target, at, TRAILER_BYTES), TRAILER_MAGIC, id, generation)
        .putInt(directoryOffset)
        .putInt(directoryLength)
        .putInt(footerLength)
        .putInt(crc32c(target, directoryOffset, at + TRAILER_BYTES - 4 - directoryOffset));
  }

  /**
   * The block of {@code blockBytes} bytes at {@code at}, checked against the address asked for.
   *
   * @throws CorruptBlockException when it is damaged or another block
   */
  static Block readBlock(SegmentId id, int ordinal, byte[] bytes, int at, int blockBytes) {
    ByteBuffer header = ByteBuffer.wrap(bytes, at, blockBytes);
    int magic = header.get() & 0xFF;
    int version = header.get() & 0xFF;
    int shard = header.getShort() & 0xFFFF;
    int kindAndLength = header.getInt();
    long number = header.getLong();
    int storedOrdinal = header.getInt();
    int crc = header.getInt();
    int length = kindAndLength & 0xFF_FFFF;
    if (magic != BLOCK_MAGIC) {
      throw damaged(id, ordinal, String.format("starts with %02x, not a block", magic));
    }
    if (length > blockBytes - BLOCK_HEADER_BYTES) {
      throw damaged(id, ordinal, "says " + length + " payload bytes, its place has fewer");
    }
    if (crc != blockCrc(bytes, at, length)) {
      throw damaged(id, ordinal, "checksum does not match");
    }
    // The checksum holds, so these are the bytes that were written: now, are they the right ones?
    if (shard != id.shard() || number != id.number() || storedOrdinal != ordinal) {
      String found = String.format("%04x-%s", shard, new BlockAddress(number, storedOrdinal));
      throw new CorruptBlockException(id, ordinal, "misdirected, found block " + found, true);
    }
    if (version != VERSION) {
      throw damaged(id, ordinal, "has format version " + version + ", known is " + VERSION);
    }
    if (length != blockBytes - BLOCK_HEADER_BYTES) {
      throw damaged(id, ordinal, "has " + length + " payload bytes, the directory says otherwise");
    }
    return new Block(kindAndLength >>> 24, bytes, at + BLOCK_HEADER_BYTES, length);
  }

  /** Checks a segment's header. */
  static void checkHeader(SegmentId id, byte[] segment) {
    if (segment.length < HEADER_BYTES + TRAILER_BYTES) {
      throw damaged(id, -1, "has " + segment.length + " bytes, too few for a segment");
    }
    int crc = ByteBuffer.wrap(segment).getInt(HEADER_BYTES - 4);
    if (crc != crc32c(segment, 0, HEADER_BYTES - 4)) {
      throw damaged(id, -1, "checksum of the header does not match");
    }
    checkIdentity(id, ByteBuffer.wrap(segment), HEADER_MAGIC, "header");
    if (segment[GENERATION_AT] != segment[segment.length - TRAILER_BYTES + GENERATION_AT]) {
      throw damaged(id, -1, "header and trailer are of different generations");
    }
  }

  /** The generation in a segment's trailer, which are the last bytes of {@code end}; unchecked. */
  static int generation(byte[] end) {
    return end[end.length - TRAILER_BYTES + GENERATION_AT] & 0xFF;
  }

  /**
   * Finds the tail in the last bytes of a segment.
   *
   * @param end at least the last {@link #TRAILER_BYTES} bytes of the segment
   * @param segmentLength length of the whole segment
   * @return where the tail's parts are; not yet checked beyond their bounds
   */
  static Tail locateTail(SegmentId id, byte[] end, long segmentLength) {
    if (end.length < TRAILER_BYTES) {
      throw damaged(id, -1, "has " + segmentLength + " bytes, too few for a segment");
    }
    ByteBuffer trailer = ByteBuffer.wrap(end, end.length - TRAILER_BYTES, TRAILER_BYTES);
    if (trailer.getInt(trailer.position()) != TRAILER_MAGIC) {
      throw damaged(id, -1, "does not end in a trailer, it is truncated or damaged");
    }
    checkIdentity(id, trailer, TRAILER_MAGIC, "trailer");
    long directoryOffset = trailer.getInt() & 0xFFFF_FFFFL;
    long directoryLength = trailer.getInt() & 0xFFFF_FFFFL;
    long footerLength = trailer.getInt() & 0xFFFF_FFFFL;
    if (directoryOffset < HEADER_BYTES
        || directoryOffset + directoryLength + footerLength + TRAILER_BYTES != segmentLength
        || segmentLength > SEGMENT_BYTES_MAX) {
      throw damaged(id, -1, "trailer does not fit a length of " + segmentLength + " bytes");
    }
    return new Tail((int) directoryOffset, (int) directoryLength, (int) footerLength);
  }

  /** Checks the tail's checksum; the tail ends where {@code bytes} ends. */
  static void checkTail(SegmentId id, Tail tail, byte[] bytes) {
    int crc = ByteBuffer.wrap(bytes).getInt(bytes.length - 4);
    if (crc != crc32c(bytes, bytes.length - tail.sizeBytes(), tail.sizeBytes() - 4)) {
      throw damaged(id, -1, "checksum of directory and footer does not match");
    }
  }

  /** Where directory and footer lie in their segment. */
  record Tail(int directoryOffset, int directoryLength, int footerLength) {
    int sizeBytes() {
      return directoryLength + footerLength + TRAILER_BYTES;
    }
  }

  static CorruptBlockException damaged(SegmentId id, int ordinal, String what) {
    return new CorruptBlockException(id, ordinal, what, false);
  }

  private static int blockCrc(byte[] bytes, int at, int payloadLength) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, BLOCK_HEADER_BYTES - 4);
    crc.update(bytes, at + BLOCK_HEADER_BYTES, payloadLength);
    return (int) crc.getValue();
  }

  private static ByteBuffer writeIdentity(
      ByteBuffer target, int magic, SegmentId id, int generation) {
    return target
        .putInt(magic)
        .put((byte) VERSION)
        .put((byte) generation)
        .putShort((short) id.shard())
        .putLong(id.number());
  }

  private static void checkIdentity(SegmentId id, ByteBuffer source, int magic, String part) {
    int storedMagic = source.getInt();
    int version = source.get() & 0xFF;
    source.get();
    int shard = source.getShort() & 0xFFFF;
    long number = source.getLong();
    if (storedMagic != magic) {
      throw damaged(id, -1, String.format("%s starts with %08x", part, storedMagic));
    }
    if (version != VERSION) {
      throw damaged(id, -1, part + " has format version " + version + ", known is " + VERSION);
    }
    if (shard != id.shard() || number != id.number()) {
      String found = String.format("%04x-%08x-%08x", shard, number >>> 32, number & 0xFFFF_FFFFL);
      throw new CorruptBlockException(
          id, -1, "misdirected, " + part + " of segment " + found, true);
    }
  }
}
