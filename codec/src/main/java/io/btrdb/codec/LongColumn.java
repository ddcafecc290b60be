package io.btrdb.codec;

import java.util.Objects;

/**
 * A compressed column of longs, in the order given: times, and the counts, versions and addresses
 * of the tree's nodes. The column does not hold its length; whoever reads it must know.
 *
 * <pre>
 * longs  := chunk*                              every chunk but the last holds 1,024 numbers
 * chunk  := bytes:byte(0..8) value              all the same: value - previous, signed, so many bytes
 *         | 0x10 first step:zigzag              first + i*step
 *         | 0x11 line                           a {@link DigitalLine} met exactly
 *         | 0x12 line residuals                 distance from it, one for each number
 *         | 0x13 first residuals                distance from one number
 *         | 0x14 first step:zigzag residuals    differences, less step, from the second number on
 *         | 0x15 first step:zigzag residuals    differences of differences, from the third number on
 *         | 0x16 first scale:varint chunk       first + scale * n; the inner chunk is not 0x16
 *         | 0x17 number:long*                   as they are
 * line   := first step:zigzag denominator:varint numerator:varint phase:varint
 * first  := zigzag                              less previous
 * </pre>
 *
 * {@code previous} is the last number of the chunk before, 0 for the first chunk and for an inner
 * one; {@code residuals} are zigzag numbers ({@link Residuals}). All arithmetic wraps around, so
 * every long is served. Which encoding a chunk gets depends on its numbers alone: the same column
 * has the same bytes on every machine.
 *
 * <p>Threads: the methods may be called from any; each thread keeps its own scratch arrays.
 */
public final class LongColumn {
  /** The numbers that share one choice of encoding. */
  static final int CHUNK = 1024;

  static final int MAX_CONSTANT = 0x08;
  static final int ARITHMETIC = 0x10;
  static final int LINE = 0x11;
  static final int NEAR_LINE = 0x12;
  static final int NEAR_CONSTANT = 0x13;
  static final int DELTA = 0x14;
  static final int DELTA_OF_DELTA = 0x15;
  static final int SCALED = 0x16;
  static final int RAW = 0x17;

  private static final ThreadLocal<LongChunkEncoder> ENCODER =
      ThreadLocal.withInitial(LongChunkEncoder::new);

  private LongColumn() {}

  /** Appends the numbers [from, to). */
  public static void encode(long[] a, int from, int to, ByteWriter out) {
    Objects.checkFromToIndex(from, to, a.length);
    LongChunkEncoder encoder = ENCODER.get();
    long previous = 0;
    for (int at = from; at < to; at += CHUNK) {
      int count = Math.min(CHUNK, to - at);
      encoder.plan(a, at, count, previous);
      encoder.write(out);
      previous = a[at + count - 1];
    }
  }

  /**
   * Reads {@code count} numbers into {@code a} from index {@code at} on, in time and memory
   * proportional to {@code count}.
   *
   * @throws MalformedBytesException when the bytes do not follow the grammar; part of the target
   *     may have been written
   */
  public static void decode(ByteReader in, long[] a, int at, int count) {
    Objects.checkFromIndexSize(at, count, a.length);
    long previous = 0;
    for (int done = 0; done < count; done += CHUNK) {
      int n = Math.min(CHUNK, count - done);
      decodeChunk(in, a, at + done, n, previous);
      previous = a[at + done + n - 1];
    }
  }

  /** Reads one chunk of 1 to 1,024 numbers. */
  static void decodeChunk(ByteReader in, long[] a, int at, int count, long previous) {
    int tag = in.readByte();
    if (tag == SCALED) {
      long first = previous + in.readZigzag();
      long scale = in.readVarint();
      decodeModel(in, in.readByte(), a, at, count, 0);
      for (int i = at; i < at + count; i++) {
        a[i] = first + a[i] * scale;
      }
    } else {
      decodeModel(in, tag, a, at, count, previous);
    }
  }

  private static void decodeModel(
      ByteReader in, int tag, long[] a, int at, int count, long previous) {
    switch (tag) {
      case ARITHMETIC -> decodeArithmetic(in, a, at, count, previous);
      case LINE -> DigitalLine.read(in, previous).draw(a, at, count);
      case NEAR_LINE -> {
        DigitalLine line = DigitalLine.read(in, previous);
        Residuals.read(in, a, at, count);
        line.restore(a, at, count);
      }
      case NEAR_CONSTANT -> decodeNearConstant(in, a, at, count, previous);
      case DELTA -> decodeDelta(in, a, at, count, previous);
      case DELTA_OF_DELTA -> decodeDeltaOfDelta(in, a, at, count, previous);
      case RAW -> BitPacking.unpack(in, Long.SIZE, a, at, count);
      default -> decodeConstant(in, tag, a, at, count, previous);
    }
  }

  private static void decodeConstant(
      ByteReader in, int bytes, long[] a, int at, int count, long previous) {
    if (bytes > MAX_CONSTANT) {
      throw new MalformedBytesException(
          "unknown encoding " + bytes + ", written by a newer release?");
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) in.readByte() << (8 * i);
    }
    int spare = Long.SIZE - 8 * bytes;
    value = bytes == 0 ? 0 : value << spare >> spare;
    java.util.Arrays.fill(a, at, at + count, previous + value);
  }

  private static void decodeArithmetic(ByteReader in, long[] a, int at, int count, long previous) {
    long first = previous + in.readZigzag();
    long step = in.readZigzag();
    for (int i = 0; i < count; i++) {
      a[at + i] = first + i * step;
    }
  }

  private static void decodeNearConstant(
      ByteReader in, long[] a, int at, int count, long previous) {
    long first = previous + in.readZigzag();
    Residuals.read(in, a, at, count);
    for (int i = at; i < at + count; i++) {
      a[i] = first + Residuals.unzigzag(a[i]);
    }
  }

  private static void decodeDelta(ByteReader in, long[] a, int at, int count, long previous) {
    long value = previous + in.readZigzag();
    long step = in.readZigzag();
    Residuals.read(in, a, at + 1, count - 1);
    a[at] = value;
    for (int i = at + 1; i < at + count; i++) {
      value += step + Residuals.unzigzag(a[i]);
      a[i] = value;
    }
  }

  private static void decodeDeltaOfDelta(
      ByteReader in, long[] a, int at, int count, long previous) {
    long value = previous + in.readZigzag();
    long step = in.readZigzag();
    a[at] = value;
    if (count == 1) {
      return;
    }
    Residuals.read(in, a, at + 2, count - 2);
    value += step;
    a[at + 1] = value;
    for (int i = at + 2; i < at + count; i++) {
      step += Residuals.unzigzag(a[i]);
      value += step;
      a[i] = value;
    }
  }
}
