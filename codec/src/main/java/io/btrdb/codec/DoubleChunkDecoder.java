package io.btrdb.codec;

import java.util.Arrays;

/** Reads one chunk of doubles; the grammar is {@link DoubleColumn}'s. Not thread-safe. */
final class DoubleChunkDecoder {
  private final long[] numbers = new long[LongColumn.CHUNK];
  private long[] positions = new long[0];
  private double[] runValues = new double[0];

  /** Reads {@code count} values, 1 to 1,024. */
  void decode(ByteReader in, double[] target, int at, int count) {
    int tag = in.readByte();
    if (tag == DoubleColumn.RUNS) {
      decodeRuns(in, target, at, count);
    } else {
      decodePlain(in, tag, target, at, count);
    }
  }

  private void decodePlain(ByteReader in, int tag, double[] target, int at, int count) {
    switch (tag) {
      case DoubleColumn.RAW -> {
        BitPacking.unpack(in, Long.SIZE, numbers, 0, count);
        for (int i = 0; i < count; i++) {
          target[at + i] = Double.longBitsToDouble(numbers[i]);
        }
      }
      case DoubleColumn.DECIMAL -> decodeDecimal(in, target, at, count);
      case DoubleColumn.ORDERED_BITS -> decodeOrderedBits(in, target, at, count);
      case DoubleColumn.SIGN_EXPONENTS -> SignExponents.read(in, numbers, target, at, count);
      default -> decodeConstant(in, tag, target, at, count);
    }
  }

  private static void decodeConstant(ByteReader in, int bytes, double[] target, int at, int count) {
    if (bytes > DoubleColumn.MAX_CONSTANT) {
      throw new MalformedBytesException(
          "unknown encoding " + bytes + ", written by a newer release?");
    }
    long value = 0;
    for (int i = Long.BYTES - bytes; i < Long.BYTES; i++) {
      value |= (long) in.readByte() << (8 * i);
    }
    Arrays.fill(target, at, at + count, Double.longBitsToDouble(value));
  }

  private void decodeDecimal(ByteReader in, double[] target, int at, int count) {
    int form = in.readByte();
    LongColumn.decodeChunk(in, numbers, 0, count, 0);
    Decimals.toValues(numbers, count, form, target, at);
    int missed = in.readVarint(count);
    if (missed == 0) {
      return;
    }
    decodePositions(in, missed);
    for (int i = 0; i < missed; i++) {
      long position = positions[i];
      if (position < 0 || position >= count) {
        throw new MalformedBytesException("an exception at " + position + " of " + count);
      }
      target[at + (int) position] = in.readDouble();
    }
  }

  private void decodePositions(ByteReader in, int number) {
    if (positions.length == 0) {
      positions = new long[LongColumn.CHUNK];
    }
    LongColumn.decodeChunk(in, positions, 0, number, 0);
  }

  private void decodeOrderedBits(ByteReader in, double[] target, int at, int count) {
    int shift = in.readByte();
    if (shift > DoubleChunkEncoder.MAX_SHIFT) {
      throw new MalformedBytesException("a shift of " + shift + " bits");
    }
    LongColumn.decodeChunk(in, numbers, 0, count, 0);
    for (int i = 0; i < count; i++) {
      long bits = DoubleChunkEncoder.flip(numbers[i], shift) << shift;
      target[at + i] = Double.longBitsToDouble(bits);
    }
  }

  private void decodeRuns(ByteReader in, double[] target, int at, int count) {
    int runs = in.readVarint(count);
    if (runs == 0) {
      throw new MalformedBytesException("no runs for " + count + " values");
    }
    if (runValues.length == 0) {
      runValues = new double[LongColumn.CHUNK];
    }
    decodePositions(in, runs);
    long[] lengths = Arrays.copyOf(positions, runs); // the values may need the scratch themselves
    decodePlain(in, in.readByte(), runValues, 0, runs);
    int done = 0;
    for (int i = 0; i < runs; i++) {
      long length = lengths[i];
      if (length < 1 || length > count - done) {
        throw new MalformedBytesException("a run of " + length + " at " + done + " of " + count);
      }
      Arrays.fill(target, at + done, at + done + (int) length, runValues[i]);
      done += (int) length;
    }
    if (done != count) {
      throw new MalformedBytesException("runs end at " + done + " of " + count);
    }
  }
}
