package io.btrdb.api.wire;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads protobuf's wire format from a slice of an array. Every input ends in a value or an {@link
 * IOException}: lengths are checked before they are used. Not thread-safe.
 */
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  private static final int START_GROUP = 3;
  private static final int END_GROUP = 4;
  private static final int FIXED32 = 5;

  /** As protobuf's own parsers: deeper nesting is an attack on the stack. */
  private static final int MAX_GROUP_DEPTH = 100;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] array;
  private int position;
  private int limit;

  WireReader(byte[] array, int offset, int length) {
    java.util.Objects.checkFromIndexSize(offset, length, array.length);
    this.array = array;
    this.position = offset;
    this.limit = offset + length;
  }

  static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  byte[] array() {
    return array;
  }

  int position() {
    return position;
  }

  int remaining() {
    return limit - position;
  }

  /** Moves on past bytes that the caller has read from {@link #array()} itself. */
  void advance(int count) throws IOException {
    if (count < 0 || count > limit - position) {
      throw truncated();
    }
    position += count;
  }

  /** The next tag, or 0 at the end of the message. */
  int readTag() throws IOException {
    if (position == limit) {
      return 0;
    }
    int tag = (int) readVarint();
    if (tag >>> 3 == 0) {
      throw new IOException("a field has the number 0 before byte " + position);
    }
    return tag;
  }

  long readVarint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position == limit) {
        throw truncated();
      }
      byte b = array[position++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IOException("a varint runs past 10 bytes before byte " + position);
  }

  long readFixed64() throws IOException {
    if (limit - position < 8) {
      throw truncated();
    }
    long value = (long) LONG.get(array, position);
    position += 8;
    return value;
  }

  double readDouble() throws IOException {
    return Double.longBitsToDouble(readFixed64());
  }

  /** The length of a length-delimited field, which is known to be there. */
  int readLength() throws IOException {
    int length = (int) readVarint();
    if (length < 0 || length > limit - position) {
      throw truncated();
    }
    return length;
  }

  /** Narrows the reader to the nested message that follows; undo with {@link #leave}. */
  int enter() throws IOException {
    int length = readLength();
    int outer = limit;
    limit = position + length;
    return outer;
  }

  void leave(int outer) {
    if (position != limit) {
      throw new IllegalStateException(
          "left a nested message with " + remaining() + " bytes unread");
    }
    limit = outer;
  }

  /** Passes over the value of a field that nobody knows. */
  void skip(int tag) throws IOException {
    skip(tag, 0);
  }

  private void skip(int tag, int depth) throws IOException {
    switch (tag & 7) {
      case VARINT -> readVarint();
      case FIXED64 -> advance(8);
      case BYTES -> advance(readLength());
      case FIXED32 -> advance(4);
      case START_GROUP -> skipGroup(tag, depth + 1);
      default -> throw new IOException("no field can start with tag " + tag);
    }
  }

  private void skipGroup(int start, int depth) throws IOException {
    if (depth > MAX_GROUP_DEPTH) {
      throw new IOException("groups are nested deeper than " + MAX_GROUP_DEPTH);
    }
    int end = start - START_GROUP + END_GROUP;
    while (true) {
      int tag = readTag();
      if (tag == end) {
        return;
      }
      if (tag == 0) {
        throw truncated();
      }
      skip(tag, depth);
    }
  }

  private IOException truncated() {
    return new IOException("the message ends in the middle of a field, after byte " + limit);
  }
}
