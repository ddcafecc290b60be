package io.btrdb.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Unsigned numbers of one width laid bit to bit, low bits first, the last byte filled with zeros.
 *
 * <p>Both directions move whole 64-bit words at byte granularity, so a number of up to 56 bits
 * needs one unaligned access and no branch; wider ones travel as two halves of the same bit stream.
 */
final class BitPacking {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The widest number that, begun at any bit of a byte, still lies within 63 bits. */
  private static final int ONE_WORD = 56;

  private BitPacking() {}

  /** The bits a number needs: 0 for 0, 64 for a negative one. */
  static int width(long value) {
    return Long.SIZE - Long.numberOfLeadingZeros(value);
  }

  /** The bytes that {@code count} numbers of {@code width} bits take. */
  static int size(int count, int width) {
    return (count * width + 7) >>> 3;
  }

  /** Appends the low {@code width} bits of {@code count} numbers; higher bits are ignored. */
  static void pack(long[] source, int from, int count, int width, ByteWriter out) {
    if (width == 0) {
      return;
    }
    int size = size(count, width);
    // A word is written where its first bits belong, so the last one overhangs by up to 8 bytes.
    out.ensure(size + Long.BYTES);
    int at = out.reserve(size);
    if (width <= ONE_WORD) {
      packNarrow(source, from, count, width, out.array(), at);
    } else {
      packWide(source, from, count, width, out.array(), at);
    }
  }

  private static void packNarrow(
      long[] source, int from, int count, int width, byte[] target, int start) {
    long mask = (1L << width) - 1;
    long pending = 0;
    int held = 0;
    int at = start;
    for (int i = from; i < from + count; i++) {
      pending |= (source[i] & mask) << held;
      LONG.set(target, at, pending);
      held += width;
      at += held >>> 3;
      pending >>>= held & ~7;
      held &= 7;
    }
  }

  private static void packWide(
      long[] source, int from, int count, int width, byte[] target, int start) {
    int highWidth = width - Integer.SIZE;
    long highMask = -1L >>> (Long.SIZE - highWidth);
    long pending = 0;
    int held = 0;
    int at = start;
    for (int i = from; i < from + count; i++) {
      long value = source[i];
      pending |= (value & 0xFFFF_FFFFL) << held;
      LONG.set(target, at, pending);
      at += Integer.BYTES;
      pending = (pending >>> Integer.SIZE) | ((value >>> Integer.SIZE) & highMask) << held;
      LONG.set(target, at, pending);
      held += highWidth;
      at += held >>> 3;
      pending >>>= held & ~7;
      held &= 7;
    }
  }

  /** Reads {@code count} numbers of {@code width} bits, 0 to 64, into {@code target}. */
  static void unpack(ByteReader in, int width, long[] target, int at, int count) {
    if (width == 0) {
      java.util.Arrays.fill(target, at, at + count, 0);
      return;
    }
    int start = in.skip(size(count, width));
    byte[] source = in.array();
    // Words may overhang what was packed, never the array: the rest is picked up byte by byte.
    int overhang = width <= ONE_WORD ? Long.BYTES : Long.BYTES + Integer.BYTES;
    long lastBit = (source.length - (long) start - overhang) * 8;
    int fast = lastBit < 0 ? 0 : (int) Math.min(count, lastBit / width + 1);
    if (width <= ONE_WORD) {
      unpackNarrow(source, start, width, target, at, fast);
    } else {
      unpackWide(source, start, width, target, at, fast);
    }
    for (int i = fast; i < count; i++) {
      target[at + i] = slowly(source, start, i * width, width);
    }
  }

  private static void unpackNarrow(
      byte[] source, int start, int width, long[] target, int at, int count) {
    long mask = (1L << width) - 1;
    for (int i = 0, bit = 0; i < count; i++, bit += width) {
      target[at + i] = ((long) LONG.get(source, start + (bit >>> 3)) >>> (bit & 7)) & mask;
    }
  }

  private static void unpackWide(
      byte[] source, int start, int width, long[] target, int at, int count) {
    long highMask = -1L >>> (2 * Integer.SIZE - width);
    for (int i = 0, bit = 0; i < count; i++, bit += width) {
      int byteAt = start + (bit >>> 3);
      long low = ((long) LONG.get(source, byteAt) >>> (bit & 7)) & 0xFFFF_FFFFL;
      long high =
          ((long) LONG.get(source, byteAt + Integer.BYTES) >>> (bit & 7))
              & (highMask >>> Integer.SIZE);
      target[at + i] = low | high << Integer.SIZE;
    }
  }

  private static long slowly(byte[] source, int start, int bit, int width) {
    long value = 0;
    int done = 0;
    while (done < width) {
      int shift = (bit + done) & 7;
      int taken = Math.min(8 - shift, width - done);
      long bits = (source[start + ((bit + done) >>> 3)] >>> shift) & ((1L << taken) - 1);
      value |= bits << done;
      done += taken;
    }
    return value;
  }
}
