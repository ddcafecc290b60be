package io.btrdb.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing byte array written from front to back, little endian. Not thread-safe.
 *
 * <p>The array belongs to the writer; {@link #array()} hands out the live one so that a block can
 * be checksummed or sent without a copy, valid until the next write.
 */
public final class ByteWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] array;
  private int size;

  public ByteWriter() {
    this(256);
  }

  public ByteWriter(int capacity) {
    array = new byte[capacity];
  }

  /** The live backing array; bytes at and past {@link #size()} are undefined. */
  public byte[] array() {
    return array;
  }

  public int size() {
    return size;
  }

  /** Forgets everything from {@code size} on, or everything with 0; the capacity stays. */
  public void truncate(int newSize) {
    if (newSize < 0 || newSize > size) {
      throw new IllegalArgumentException("cannot truncate " + size + " bytes to " + newSize);
    }
    size = newSize;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(array, size);
  }

  /** Makes room for {@code more} bytes beyond the current size. */
  public void ensure(int more) {
    if (array.length - size < more) {
      array = Arrays.copyOf(array, Math.max(size + more, array.length * 2));
    }
  }

  /** Skips {@code count} bytes, which are zero, and returns where they start. */
  public int reserve(int count) {
    ensure(count);
    Arrays.fill(array, size, size + count, (byte) 0);
    int at = size;
    size += count;
    return at;
  }

  public void putByte(int value) {
    ensure(1);
    array[size++] = (byte) value;
  }

  public void putShort(int value) {
    ensure(2);
    array[size++] = (byte) value;
    array[size++] = (byte) (value >>> 8);
  }

  public void putInt(int value) {
    ensure(4);
    INT.set(array, size, value);
    size += 4;
  }

  public void putIntAt(int at, int value) {
    INT.set(array, at, value);
  }

  public void putLong(long value) {
    ensure(8);
    LONG.set(array, size, value);
    size += 8;
  }

  public void putDouble(double value) {
    putLong(Double.doubleToRawLongBits(value));
  }

  public void putBytes(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, array, size, length);
    size += length;
  }

  public void putBytes(byte[] source) {
    putBytes(source, 0, source.length);
  }

  /** Unsigned LEB128: 7 bits a byte, low bits first, 1 to 10 bytes. */
  public void putVarint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      array[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[size++] = (byte) rest;
  }

  /** A signed number as zigzag varint: small magnitudes of either sign stay short. */
  public void putZigzag(long value) {
    putVarint((value << 1) ^ (value >> 63));
  }

  /** Length as varint, then the bytes. */
  public void putBlob(byte[] source) {
    putVarint(source.length);
    putBytes(source, 0, source.length);
  }
}
