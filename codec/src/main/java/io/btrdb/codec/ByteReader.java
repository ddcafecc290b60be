package io.btrdb.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote, from a slice of an array it does not own. Not thread-safe.
 *
 * <p>Input may come from a hostile client: every read that would pass the end of the slice throws
 * {@link MalformedBytesException}, never an {@link IndexOutOfBoundsException}.
 */
public final class ByteReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] array;
  private final int end;
  private int position;

  public ByteReader(byte[] array) {
    this(array, 0, array.length);
  }

  public ByteReader(byte[] array, int offset, int length) {
    java.util.Objects.checkFromIndexSize(offset, length, array.length);
    this.array = array;
    this.position = offset;
    this.end = offset + length;
  }

  public byte[] array() {
    return array;
  }

  /** Absolute index in {@link #array()} of the next byte. */
  public int position() {
    return position;
  }

  public int remaining() {
    return end - position;
  }

  public boolean hasRemaining() {
    return position < end;
  }

  /** Passes over {@code count} bytes and returns the absolute index of the first. */
  public int skip(int count) {
    if (count < 0 || count > remaining()) {
      throw new MalformedBytesException(
          "wanted " + count + " bytes, " + remaining() + " are left at " + position);
    }
    int at = position;
    position += count;
    return at;
  }

  public int readByte() {
    return array[skip(1)] & 0xFF;
  }

  public int readShort() {
    int at = skip(2);
    return (array[at] & 0xFF) | (array[at + 1] & 0xFF) << 8;
  }

  public int readInt() {
    return (int) INT.get(array, skip(4));
  }

  public long readLong() {
    return (long) LONG.get(array, skip(8));
  }

  public double readDouble() {
    return Double.longBitsToDouble(readLong());
  }

  public long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = readByte();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new MalformedBytesException("a varint runs past 10 bytes at " + position);
  }

  /** A varint that must lie in [0, max]; the guard against lengths that would exhaust memory. */
  public int readVarint(int max) {
    long value = readVarint();
    if (value < 0 || value > max) {
      throw new MalformedBytesException("a count of " + value + " exceeds the limit of " + max);
    }
    return (int) value;
  }

  public long readZigzag() {
    long raw = readVarint();
    return (raw >>> 1) ^ -(raw & 1);
  }

  public byte[] readBytes(int count) {
    int at = skip(count);
    return Arrays.copyOfRange(array, at, at + count);
  }

  /** What {@link ByteWriter#putBlob} wrote. */
  public byte[] readBlob() {
    return readBytes(readVarint(remaining()));
  }
}
