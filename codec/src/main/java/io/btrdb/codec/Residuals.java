package io.btrdb.codec;

import java.util.Arrays;

/**
 * What a model leaves over: mostly small unsigned numbers, packed in blocks of 128, each block at
 * the width of its bulk and with the few numbers that stick out patched afterwards.
 *
 * <pre>
 * residuals := block*                       every block but the last holds 128 numbers
 * block     := width:byte                   0 to 64, for the whole block
 *              packed                       count * width bits ({@link BitPacking})
 *            | (0x80 + width):byte
 *              patches:byte                 1 to 128
 *              packed
 *              position:byte * patches      within the block
 *              excess:varint * patches      the bits above width
 * </pre>
 *
 * Not thread-safe: the instance holds the histogram it chooses widths by.
 */
final class Residuals {
  static final int BLOCK = 128;

  private static final int PATCHED = 0x80;

  private final int[] histogram = new int[Long.SIZE + 1];

  // The block last looked at.
  private int blockSize;
  private int blockPatches;

  /**
   * A signed number with its sign in the lowest bit, so that both signs of small ones are small.
   */
  static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  /** The bytes {@link #write} will take. */
  int size(long[] numbers, int count) {
    int size = 0;
    for (int from = 0; from < count; from += BLOCK) {
      chooseWidth(numbers, from, Math.min(BLOCK, count - from));
      size += blockSize;
    }
    return size;
  }

  static int varintSize(long value) {
    return (Long.SIZE - 1 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
  }

  void write(long[] numbers, int count, ByteWriter out) {
    for (int from = 0; from < count; from += BLOCK) {
      writeBlock(numbers, from, Math.min(BLOCK, count - from), out);
    }
  }

  private void writeBlock(long[] numbers, int from, int count, ByteWriter out) {
    int width = chooseWidth(numbers, from, count);
    int patches = blockPatches;
    if (patches == 0) {
      out.putByte(width);
      BitPacking.pack(numbers, from, count, width, out);
      return;
    }
    out.putByte(PATCHED | width);
    out.putByte(patches);
    BitPacking.pack(numbers, from, count, width, out);
    for (int i = 0; i < count; i++) {
      if (numbers[from + i] >>> width != 0) {
        out.putByte(i);
      }
    }
    for (int i = from; i < from + count; i++) {
      if (numbers[i] >>> width != 0) {
        out.putVarint(numbers[i] >>> width);
      }
    }
  }

  /**
   * The width that makes the block smallest; the widest number's unless few reach that width.
   * Leaves the block's size and the number of its patches in the fields.
   */
  private int chooseWidth(long[] numbers, int from, int count) {
    long union = 0;
    for (int i = from; i < from + count; i++) {
      union |= numbers[i];
    }
    int widest = BitPacking.width(union);
    blockSize = 1 + BitPacking.size(count, widest);
    blockPatches = 0;
    if (widest == 0) {
      return 0;
    }
    int reaching = 0;
    for (int i = from; i < from + count; i++) {
      reaching += (int) (numbers[i] >>> (widest - 1));
    }
    // Patches of a bit or two pay up to about one number in eight; only then look closer.
    return reaching * 8 > count ? widest : leastWidth(numbers, from, count, widest);
  }

  private int leastWidth(long[] numbers, int from, int count, int widest) {
    Arrays.fill(histogram, 0);
    for (int i = from; i < from + count; i++) {
      histogram[BitPacking.width(numbers[i])]++;
    }
    int best = widest;
    int patches = 0;
    for (int width = widest - 1; width >= 0; width--) {
      patches += histogram[width + 1];
      if (patches * 4 > count) {
        break;
      }
      int size = 2 + BitPacking.size(count, width) + patches;
      for (int wide = width + 1; wide <= widest; wide++) {
        size += histogram[wide] * ((wide - width + 6) / 7);
      }
      if (size < blockSize) {
        best = width;
        blockSize = size;
        blockPatches = patches;
      }
    }
    return best;
  }

  static void read(ByteReader in, long[] target, int at, int count) {
    for (int from = 0; from < count; from += BLOCK) {
      readBlock(in, target, at + from, Math.min(BLOCK, count - from));
    }
  }

  private static void readBlock(ByteReader in, long[] target, int at, int count) {
    int header = in.readByte();
    int width = header & ~PATCHED;
    if (width > Long.SIZE) {
      throw new MalformedBytesException("a width of " + width + " bits");
    }
    if (header == width) {
      BitPacking.unpack(in, width, target, at, count);
      return;
    }
    int patches = in.readByte();
    if (patches > count || width == Long.SIZE) {
      throw new MalformedBytesException(
          patches + " patches to " + count + " numbers of " + width + " bits");
    }
    BitPacking.unpack(in, width, target, at, count);
    int positions = in.skip(patches);
    for (int i = 0; i < patches; i++) {
      int position = in.array()[positions + i] & 0xFF;
      if (position >= count) {
        throw new MalformedBytesException("a patch at " + position + " of " + count + " numbers");
      }
      target[at + position] |= in.readVarint() << width;
    }
  }
}
