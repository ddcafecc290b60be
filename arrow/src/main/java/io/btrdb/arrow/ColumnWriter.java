package io.btrdb.arrow;

import java.nio.ByteBuffer;

/** Writes an array as the data of a column, cast to the column's type. */
final class ColumnWriter {
  private ColumnWriter() {}

  /** Fills {@code out}, which is little-endian and has exactly the room that is needed. */
  static void write(Column column, int rows, ArrowType type, ByteBuffer out) {
    switch (column) {
      case Column.Longs longs -> longs(longs.values(), rows, type, out);
      case Column.Doubles doubles -> doubles(doubles.values(), rows, type, out);
    }
  }

  private static void longs(long[] values, int rows, ArrowType type, ByteBuffer out) {
    long nanos = type instanceof ArrowType.Timestamp timestamp ? timestamp.unit().nanos : 1;
    if (type.width() != Long.BYTES || type instanceof ArrowType.Floating) {
      throw new IllegalArgumentException("a column of times or counts cannot be " + type.text());
    }
    if (nanos == 1) {
      out.asLongBuffer().put(values, 0, rows);
      return;
    }
    for (int i = 0; i < rows; i++) {
      // Down, also before 1970: a coarser time is the beginning of its second.
      out.putLong(Math.floorDiv(values[i], nanos));
    }
  }

  private static void doubles(double[] values, int rows, ArrowType type, ByteBuffer out) {
    if (!(type instanceof ArrowType.Floating floating)) {
      throw new IllegalArgumentException("a column of values cannot be " + type.text());
    }
    switch (floating.bits()) {
      case 64 -> out.asDoubleBuffer().put(values, 0, rows);
      case 32 -> {
        for (int i = 0; i < rows; i++) {
          out.putFloat((float) values[i]);
        }
      }
      case 16 -> {
        for (int i = 0; i < rows; i++) {
          out.putShort(Float.floatToFloat16((float) values[i]));
        }
      }
      default -> throw new IllegalArgumentException("no number is " + type.text());
    }
  }
}
