package io.btrdb.arrow;

import java.nio.ByteBuffer;

/** Reads the data of a column into an array. */
final class ColumnReader {
  private ColumnReader() {}

  /** Times of a 64-bit type as nanoseconds; what does not fit becomes the nearest that does. */
  static void times(ByteBuffer data, ArrowType type, long[] into, int at, int rows) {
    long nanos = type instanceof ArrowType.Timestamp timestamp ? timestamp.unit().nanos : 1;
    data.asLongBuffer().get(into, at, rows);
    if (nanos == 1) {
      return;
    }
    for (int i = at; i < at + rows; i++) {
      long product = into[i] * nanos;
      boolean fits = Math.multiplyHigh(into[i], nanos) == product >> (Long.SIZE - 1);
      into[i] = fits ? product : into[i] < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  static void values(ByteBuffer data, ArrowType type, double[] into, int at, int rows) {
    switch (type) {
      case ArrowType.Floating floating -> floating(data, floating.bits(), into, at, rows);
      case ArrowType.Whole whole -> {
        for (int i = at; i < at + rows; i++) {
          into[i] = whole(data, whole);
        }
      }
      case ArrowType.Timestamp timestamp -> throw notNumbers(type);
      case ArrowType.Foreign foreign -> throw notNumbers(type);
    }
  }

  private static void floating(ByteBuffer data, int bits, double[] into, int at, int rows) {
    if (bits == Double.SIZE) {
      data.asDoubleBuffer().get(into, at, rows);
      return;
    }
    for (int i = at; i < at + rows; i++) {
      into[i] = bits == Float.SIZE ? data.getFloat() : Float.float16ToFloat(data.getShort());
    }
  }

  private static double whole(ByteBuffer data, ArrowType.Whole type) {
    return switch (type.bits()) {
      case 8 -> type.signed() ? data.get() : Byte.toUnsignedInt(data.get());
      case 16 -> type.signed() ? data.getShort() : Short.toUnsignedInt(data.getShort());
      case 32 -> type.signed() ? data.getInt() : Integer.toUnsignedLong(data.getInt());
      case 64 -> type.signed() ? data.getLong() : unsigned(data.getLong());
      default -> throw notNumbers(type);
    };
  }

  /** Halved with its last bit kept, so that the rounding to double is still right. */
  private static double unsigned(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }

  private static IllegalArgumentException notNumbers(ArrowType type) {
    return new IllegalArgumentException(type.text() + " holds no numbers");
  }
}
