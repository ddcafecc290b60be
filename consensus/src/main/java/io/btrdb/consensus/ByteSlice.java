package io.btrdb.consensus;

import java.util.Arrays;
import java.util.Objects;

/**
 * A range of an array, not copied: the array is shared and must not be changed.
 *
 * <p>Two slices are equal only when they are the same range of the same array; compare contents
 * with {@link #toArray()}.
 */
public record ByteSlice(byte[] array, int offset, int length) {
  public ByteSlice {
    Objects.checkFromIndexSize(offset, length, array.length);
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }
}
