package io.btrdb.codec;

import java.util.Arrays;

/**
 * Doubles cut in two, as in ALP-RD: sign and exponent become the index into a dictionary of the
 * chunk's most frequent ones, the mantissa follows without its common trailing zeros. What noise
 * can be made to save: its mantissas are random, its exponents few.
 *
 * <pre>
 * body  := shift:byte                       mantissa bits cut off at the low end, 0 to 52
 *          indexBits:byte                   0 to 4
 *          entries:byte                     1 to 2^indexBits
 *          entry:short * entries            sign and exponent, the top 12 bits of a double
 *          patches:varint                   values whose sign and exponent are not in the dictionary
 *          packed                           count * (52 - shift + indexBits) bits: mantissa, index
 *          (position:short top:short)*      one for each patch
 * </pre>
 *
 * Not thread-safe.
 */
final class SignExponents {
  private static final int MANTISSA = 52;
  private static final int TOPS = 1 << 12;
  private static final int MAX_INDEX_BITS = 4;
  private static final long MANTISSA_MASK = (1L << MANTISSA) - 1;
  private static final int PATCH_SIZE = 4;

  /** How often each top occurs in the chunk, or its index in the dictionary plus 1. */
  private final short[] counts = new short[TOPS];

  private final int[] dictionary = new int[1 << MAX_INDEX_BITS];

  private final int[] ranked = new int[LongColumn.CHUNK];
  private final long[] packed = new long[LongColumn.CHUNK];

  private int shift;
  private int indexBits;
  private int entries;
  private int patches;

  /** The least that {@link #plan} could answer. */
  static int leastSize(int count, int trailingZeros) {
    return BitPacking.size(count, MANTISSA - Math.min(MANTISSA, trailingZeros)) + 6;
  }

  /**
   * Chooses a dictionary for raw bits that share so many trailing zeros; returns the body's size.
   */
  int plan(long[] bits, int count, int trailingZeros) {
    shift = Math.min(MANTISSA, trailingZeros);
    int distinct = rank(bits, count);
    int best = Integer.MAX_VALUE;
    int covered = 0;
    int taken = 0;
    for (int width = 0; width <= MAX_INDEX_BITS; width++) {
      for (; taken < Math.min(distinct, 1 << width); taken++) {
        covered += ranked[distinct - 1 - taken] >>> 12;
      }
      int missed = count - covered;
      int size =
          3
              + 2 * taken
              + Residuals.varintSize(missed)
              + BitPacking.size(count, MANTISSA - shift + width)
              + PATCH_SIZE * missed;
      if (size < best) {
        best = size;
        indexBits = width;
        entries = taken;
        patches = missed;
      }
    }
    for (int i = 0; i < entries; i++) {
      dictionary[i] = ranked[distinct - 1 - i] & (TOPS - 1);
    }
    return best;
  }

  /** Sorts the tops by frequency into the dictionary's candidates, most frequent last. */
  private int rank(long[] bits, int count) {
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      int top = (int) (bits[i] >>> MANTISSA);
      if (counts[top]++ == 0) {
        ranked[distinct++] = top;
      }
    }
    for (int i = 0; i < distinct; i++) {
      int top = ranked[i];
      ranked[i] |= counts[top] << 12;
      counts[top] = 0;
    }
    Arrays.sort(ranked, 0, distinct);
    return distinct;
  }

  /** Appends the body as planned for the same bits. */
  void write(long[] bits, int count, ByteWriter out) {
    int width = MANTISSA - shift;
    out.putByte(shift);
    out.putByte(indexBits);
    out.putByte(entries);
    for (int i = 0; i < entries; i++) {
      out.putShort(dictionary[i]);
      counts[dictionary[i]] = (short) (i + 1);
    }
    out.putVarint(patches);
    for (int i = 0; i < count; i++) {
      long index = Math.max(0, counts[(int) (bits[i] >>> MANTISSA)] - 1);
      packed[i] = (bits[i] & MANTISSA_MASK) >>> shift | index << width;
    }
    BitPacking.pack(packed, 0, count, width + indexBits, out);
    if (patches > 0) {
      writePatches(bits, count, out);
    }
    for (int i = 0; i < entries; i++) {
      counts[dictionary[i]] = 0;
    }
  }

  private void writePatches(long[] bits, int count, ByteWriter out) {
    for (int i = 0; i < count; i++) {
      int top = (int) (bits[i] >>> MANTISSA);
      if (counts[top] == 0) {
        out.putShort(i);
        out.putShort(top);
      }
    }
  }

  /** Reads a body; {@code numbers} is scratch for as many numbers. */
  static void read(ByteReader in, long[] numbers, double[] target, int at, int count) {
    int shift = checked("shift", in.readByte(), 0, MANTISSA);
    int indexBits = checked("index width", in.readByte(), 0, MAX_INDEX_BITS);
    int entries = checked("dictionary size", in.readByte(), 1, 1 << indexBits);
    long[] tops = new long[1 << MAX_INDEX_BITS];
    for (int i = 0; i < entries; i++) {
      tops[i] = (long) in.readShort() << MANTISSA;
    }
    int patches = in.readVarint(count);
    int width = MANTISSA - shift;
    BitPacking.unpack(in, width + indexBits, numbers, 0, count);
    long mask = (1L << width) - 1;
    for (int i = 0; i < count; i++) {
      long bits = tops[(int) (numbers[i] >>> width) & (tops.length - 1)];
      target[at + i] = Double.longBitsToDouble(bits | (numbers[i] & mask) << shift);
    }
    for (int i = 0; i < patches; i++) {
      int position = checked("patch position", in.readShort(), 0, count - 1);
      long top = (long) in.readShort() << MANTISSA;
      long bits = top | (numbers[position] & mask) << shift;
      target[at + position] = Double.longBitsToDouble(bits);
    }
  }

  private static int checked(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new MalformedBytesException("a " + what + " of " + value);
    }
    return value;
  }
}
