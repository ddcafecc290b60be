package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import java.util.BitSet;

/**
 * A segment's account, as a state value.
 *
 * <pre>
 * value := format:byte(1) generation:varint blocks:varint bytes:varint freedBytes:varint
 *          freed removed
 * freed, removed := bytes:varint byte*       ordinals as bits, the lowest first
 * </pre>
 *
 * @param generation how often it was rewritten
 * @param blocks ordinals it was written with; 0 until the first of its blocks is freed
 * @param bytes of the present generation, about
 * @param freedBytes those of its blocks that are freed and still in the present generation
 * @param freed ordinals of blocks that nothing needs any more
 * @param removed those of them that the present generation does not hold
 */
record SegmentRecord(
    int generation, int blocks, long bytes, long freedBytes, BitSet freed, BitSet removed) {
  private static final int FORMAT = 1;

  static SegmentRecord written(long bytes) {
    return new SegmentRecord(0, 0, bytes, 0, new BitSet(), new BitSet());
  }

  /** Whether nothing of it is needed any more. */
  boolean isGone() {
    return blocks > 0 && freed.cardinality() == blocks;
  }

  SegmentRecord withBlocks(int written, long bytesWritten) {
    return blocks > 0
        ? this
        : new SegmentRecord(
            generation, written, bytes == 0 ? bytesWritten : bytes, freedBytes, freed, removed);
  }

  SegmentRecord free(int ordinal, long blockBytes) {
    BitSet more = (BitSet) freed.clone();
    more.set(ordinal);
    return new SegmentRecord(generation, blocks, bytes, freedBytes + blockBytes, more, removed);
  }

  SegmentRecord rewritten() {
    return new SegmentRecord(
        generation + 1, blocks, Math.max(0, bytes - freedBytes), 0, freed, freed);
  }

  byte[] encode() {
    byte[] freedBits = freed.toByteArray();
    byte[] removedBits = removed.toByteArray();
    ByteWriter out = new ByteWriter(40 + freedBits.length + removedBits.length);
    out.putByte(FORMAT);
    out.putVarint(generation);
    out.putVarint(blocks);
    out.putVarint(bytes);
    out.putVarint(freedBytes);
    out.putVarint(freedBits.length);
    out.putBytes(freedBits);
    out.putVarint(removedBits.length);
    out.putBytes(removedBits);
    return out.toByteArray();
  }

  static SegmentRecord decode(byte[] value) {
    ByteReader in = new ByteReader(value);
    StateKeys.checkFormat("segment", in.readByte(), FORMAT);
    SegmentRecord record =
        new SegmentRecord(
            in.readVarint(Integer.MAX_VALUE),
            in.readVarint(Integer.MAX_VALUE),
            in.readVarint(),
            in.readVarint(),
            bits(in),
            bits(in));
    if (in.hasRemaining()) {
      throw new MalformedBytesException(in.remaining() + " bytes follow a segment's record");
    }
    return record;
  }

  private static BitSet bits(ByteReader in) {
    return BitSet.valueOf(in.readBytes(in.readVarint(in.remaining())));
  }
}
