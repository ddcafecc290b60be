package io.btrdb.codec;

import java.util.Objects;

/**
 * Compressed columns of points (time in nanoseconds, value as double), lossless and in the order
 * given: the payload of an insert on the wire and in the log, of a leaf, and of a chunk of raw
 * values on its way to a client.
 *
 * <pre>
 * points := count:varint                       0 to {@link #MAX_POINTS}
 *           times                              {@link LongColumn}, nanoseconds
 *           values                             {@link DoubleColumn}
 * </pre>
 *
 * A block of 120 Hz readings with three decimals takes about 1.2 bytes a point, a regular grid of
 * times alone a few bytes for every 1,024 points, a single point at most 19 bytes. The bytes depend
 * on the points alone, so every replica that encodes the same points writes the same block.
 *
 * <p>Blocks may come from a hostile client. {@link #count} refuses a count that the bytes at hand
 * could not hold, so a block allocates at most some 8,000 times its own length; {@link #decode}
 * takes time proportional to the count.
 *
 * <p>Threads: the methods may be called from any; each thread keeps its own scratch arrays.
 */
public final class PointsCodec {
  /** The most points in one encoded block. */
  public static final int MAX_POINTS = 1 << 20;

  private PointsCodec() {}

  /**
   * Appends points [from, to) of the two columns. Times may be in any order and repeat; values may
   * be any bit pattern.
   *
   * @throws IllegalArgumentException when there are more than {@link #MAX_POINTS}
   */
  public static void encode(long[] times, double[] values, int from, int to, ByteWriter out) {
    if (to - from > MAX_POINTS) {
      throw new IllegalArgumentException(
          (to - from) + " points exceed the " + MAX_POINTS + " of a block");
    }
    Objects.checkFromToIndex(from, to, Math.min(times.length, values.length));
    out.putVarint(to - from);
    LongColumn.encode(times, from, to, out);
    DoubleColumn.encode(values, from, to, out);
  }

  /**
   * How many points the block at [offset, offset + length) claims to hold, 0 to MAX_POINTS: what
   * the caller's columns must have room for.
   *
   * @throws MalformedBytesException when no block of that length can hold as many
   */
  public static int count(byte[] block, int offset, int length) {
    return readCount(new ByteReader(block, offset, length));
  }

  private static int readCount(ByteReader in) {
    int count = in.readVarint(MAX_POINTS);
    int chunks = (count + LongColumn.CHUNK - 1) / LongColumn.CHUNK;
    // A chunk takes at least its tag byte, in either column.
    if (in.remaining() < 2 * chunks) {
      throw new MalformedBytesException(in.remaining() + " bytes cannot hold " + count + " points");
    }
    return count;
  }

  /**
   * Decodes a whole block into the columns, starting at index {@code at}, and returns the number of
   * points.
   *
   * @throws IndexOutOfBoundsException when the columns have no room for {@link #count} points; ask
   *     before
   * @throws MalformedBytesException when the bytes are not exactly one block; part of the columns
   *     may have been written
   */
  public static int decode(
      byte[] block, int offset, int length, long[] times, double[] values, int at) {
    ByteReader in = new ByteReader(block, offset, length);
    int count = readCount(in);
    Objects.checkFromIndexSize(at, count, Math.min(times.length, values.length));
    LongColumn.decode(in, times, at, count);
    DoubleColumn.decode(in, values, at, count);
    if (in.hasRemaining()) {
      throw new MalformedBytesException(in.remaining() + " bytes follow a block of points");
    }
    return count;
  }
}
