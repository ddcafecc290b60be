package io.btrdb.tree;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.DoubleColumn;
import io.btrdb.codec.LongColumn;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/** The columns of a core node's block: one scratch array, one row a value. Not thread-safe. */
final class Columns {
  private static final int ROWS_MAX = 64;

  private final long[] longs = new long[ROWS_MAX];
  private final double[] doubles = new double[ROWS_MAX];

  /** Writes {@code column} of the rows listed in {@code rows}. */
  void putLongs(int[] rows, int count, IntToLongFunction column, ByteWriter out) {
    if (count == 0) {
      return;
    }
    for (int k = 0; k < count; k++) {
      longs[k] = column.applyAsLong(rows[k]);
    }
    LongColumn.encode(longs, 0, count, out);
  }

  void putDoubles(int[] rows, int count, IntToDoubleFunction column, ByteWriter out) {
    if (count == 0) {
      return;
    }
    for (int k = 0; k < count; k++) {
      doubles[k] = column.applyAsDouble(rows[k]);
    }
    DoubleColumn.encode(doubles, 0, count, out);
  }

  static long[] longs(int count, ByteReader in) {
    long[] column = new long[count];
    if (count > 0) {
      LongColumn.decode(in, column, 0, count);
    }
    return column;
  }

  static double[] doubles(int count, ByteReader in) {
    double[] column = new double[count];
    if (count > 0) {
      DoubleColumn.decode(in, column, 0, count);
    }
    return column;
  }
}
