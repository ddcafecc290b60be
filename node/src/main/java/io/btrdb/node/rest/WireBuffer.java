package io.btrdb.node.rest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes of a protobuf message, growing as it is written, up to a bound. */
final class WireBuffer {
  private static final int START_BYTES = 512;

  private final int bytesMax;
  private ByteBuffer bytes = allocate(START_BYTES);

  WireBuffer(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void ensure(int more) throws JsonMistakeException {
    long needed = (long) bytes.position() + more;
    if (needed > bytesMax) {
      throw new JsonMistakeException("the message is larger than " + bytesMax + " bytes");
    }
    if (needed > bytes.capacity()) {
      long size = Math.min(Math.max(needed, bytes.capacity() * 2L), bytesMax);
      ByteBuffer larger = allocate((int) size);
      bytes.flip();
      larger.put(bytes);
      bytes = larger;
    }
  }

  void varint(long value) throws JsonMistakeException {
    ensure(varintBytes(value));
    put(value);
  }

  private void put(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
  }

  void fixed32(int value) throws JsonMistakeException {
    ensure(Integer.BYTES);
    bytes.putInt(value);
  }

  void fixed64(long value) throws JsonMistakeException {
    ensure(Long.BYTES);
    bytes.putLong(value);
  }

  /** Bytes with their length before them. */
  void delimited(byte[] value) throws JsonMistakeException {
    ensure(varintBytes(value.length) + value.length);
    put(value.length);
    bytes.put(value);
  }

  /** The beginning of a message inside; for {@link #end}. */
  int begin() {
    return bytes.position();
  }

  /** Puts the length of what was written since {@link #begin} before it. */
  void end(int start) throws JsonMistakeException {
    int length = bytes.position() - start;
    int prefix = varintBytes(length);
    ensure(prefix);
    bytes.put(start + prefix, bytes, start, length);
    bytes.position(start);
    put(length);
    bytes.position(start + prefix + length);
  }

  private static int varintBytes(long value) {
    return 1 + (Long.SIZE - 1 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  byte[] toBytes() {
    byte[] copy = new byte[bytes.position()];
    bytes.get(0, copy);
    return copy;
  }
}
