package io.btrdb.api.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes protobuf's wire format into an array of exactly the message's size, which the caller has
 * worked out before. Fields with their default value are left out, as proto3 does. Not thread-safe.
 */
final class WireWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] array;
  private int position;

  WireWriter(int size) {
    array = new byte[size];
  }

  static int varintSize(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  /** Bytes of a varint field with a one-byte tag, 0 when it is left out. */
  static int varintFieldSize(long value) {
    return value == 0 ? 0 : 1 + varintSize(value);
  }

  /** Bytes of a length-delimited field with a one-byte tag. */
  static int bytesFieldSize(int length) {
    return 1 + varintSize(length) + length;
  }

  /** Bytes of a fixed64 or double field with a one-byte tag, 0 when it is left out. */
  static int fixedFieldSize(long bits) {
    return bits == 0 ? 0 : 9;
  }

  void putByte(int value) {
    array[position++] = (byte) value;
  }

  void putVarint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      array[position++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[position++] = (byte) rest;
  }

  void putVarintField(int field, long value) {
    if (value != 0) {
      putByte(WireReader.tag(field, WireReader.VARINT));
      putVarint(value);
    }
  }

  void putFixedField(int field, long bits) {
    if (bits != 0) {
      putByte(WireReader.tag(field, WireReader.FIXED64));
      LONG.set(array, position, bits);
      position += 8;
    }
  }

  void putBytesField(int field, byte[] bytes) {
    putByte(WireReader.tag(field, WireReader.BYTES));
    putVarint(bytes.length);
    System.arraycopy(bytes, 0, array, position, bytes.length);
    position += bytes.length;
  }

  /** Tag and length of a nested message, whose fields follow. */
  void putNested(int field, int length) {
    putByte(WireReader.tag(field, WireReader.BYTES));
    putVarint(length);
  }

  /** Leaves room that the caller fills; where it begins. */
  int skip(int length) {
    int begin = position;
    position += length;
    return begin;
  }

  byte[] array() {
    return array;
  }

  byte[] finish() {
    if (position != array.length) {
      throw new IllegalStateException(
          "a message of " + array.length + " bytes was filled with " + position);
    }
    return array;
  }
}
