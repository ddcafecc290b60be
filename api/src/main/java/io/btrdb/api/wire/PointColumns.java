package io.btrdb.api.wire;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The repeated {@code RawPoint} of a message as two columns, either a slice of somebody's arrays or
 * arrays that grow while a message is read.
 */
final class PointColumns {
  private static final int TIME = WireReader.tag(1, WireReader.FIXED64);
  private static final int VALUE = WireReader.tag(2, WireReader.FIXED64);

  /** A RawPoint with both fields: two one-byte tags and two words. */
  private static final int FULL_POINT = 18;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long[] NO_TIMES = {};
  private static final double[] NO_VALUES = {};

  private long[] times;
  private double[] values;
  private final int from;
  private int to;
  private final int max;

  private PointColumns(long[] times, double[] values, int from, int to, int max) {
    this.times = times;
    this.values = values;
    this.from = from;
    this.to = to;
    this.max = max;
  }

  static PointColumns over(long[] times, double[] values, int from, int to) {
    java.util.Objects.checkFromToIndex(from, to, times.length);
    java.util.Objects.checkFromToIndex(from, to, values.length);
    return new PointColumns(times, values, from, to, to - from);
  }

  static PointColumns growing(int max) {
    return new PointColumns(NO_TIMES, NO_VALUES, 0, 0, max);
  }

  long[] times() {
    return times;
  }

  double[] values() {
    return values;
  }

  int size() {
    return to - from;
  }

  /**
   * Reads the point that follows {@code tag} and, because points come in long runs of the one
   * layout that every encoder writes, all points of that layout right behind it.
   */
  void read(WireReader in, int tag) throws IOException {
    readOne(in);
    byte[] array = in.array();
    int whole = in.remaining() / (FULL_POINT + 2);
    int position = in.position();
    int read = 0;
    while (read < whole && isFullPoint(array, position, tag)) {
      if (to == times.length) {
        grow(in.remaining() - read * (FULL_POINT + 2));
      }
      times[to] = (long) LONG.get(array, position + 3);
      values[to] = Double.longBitsToDouble((long) LONG.get(array, position + 12));
      to++;
      read++;
      position += FULL_POINT + 2;
    }
    in.advance(read * (FULL_POINT + 2));
  }

  private static boolean isFullPoint(byte[] array, int at, int tag) {
    return array[at] == tag
        && array[at + 1] == FULL_POINT
        && array[at + 2] == TIME
        && array[at + 11] == VALUE;
  }

  private void readOne(WireReader in) throws IOException {
    long time = 0;
    double value = 0;
    int outer = in.enter();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == TIME) {
        time = in.readFixed64();
      } else if (tag == VALUE) {
        value = in.readDouble();
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    if (to == times.length) {
      grow(in.remaining());
    }
    times[to] = time;
    values[to++] = value;
  }

  /** The first array is as large as the rest of the message can fill with full points. */
  private void grow(int remainingBytes) throws IOException {
    if (to >= max) {
      throw new IOException("a message holds more than " + max + " points");
    }
    int wanted = Math.max(1 + remainingBytes / (FULL_POINT + 2), times.length);
    int capacity = Math.min(max, to + Math.max(4, wanted));
    times = Arrays.copyOf(times, capacity);
    values = Arrays.copyOf(values, capacity);
  }

  /** Bytes of all points with their tags and lengths. */
  int encodedSize() {
    int size = 2 * size();
    for (int i = from; i < to; i++) {
      size += payloadSize(i);
    }
    return size;
  }

  private int payloadSize(int i) {
    return WireWriter.fixedFieldSize(times[i])
        + WireWriter.fixedFieldSize(Double.doubleToRawLongBits(values[i]));
  }

  void write(int field, WireWriter out) {
    for (int i = from; i < to; i++) {
      out.putNested(field, payloadSize(i));
      out.putFixedField(1, times[i]);
      out.putFixedField(2, Double.doubleToRawLongBits(values[i]));
    }
  }
}
