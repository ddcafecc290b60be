package io.btrdb.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RoundTripTest {
  private static final int ROUNDS = Integer.getInteger("btrdb.codec.rounds", 1);

  @Test
  void shouldReturnLongsOfEveryKindAndLength() {
    for (int seed = 0; seed < ROUNDS * 3; seed++) {
      for (int kind = 0; kind < Columns.LONG_KINDS; kind++) {
        for (int count : lengths()) {
          long[] a = Columns.longs(kind, count, new Random(seed));
          checkLongs(a, "kind " + kind + ", " + count + " numbers, seed " + seed);
        }
      }
    }
  }

  @Test
  void shouldReturnDoublesOfEveryKindAndLengthToTheBit() {
    for (int seed = 0; seed < ROUNDS * 3; seed++) {
      for (int kind = 0; kind < Columns.DOUBLE_KINDS; kind++) {
        for (int count : lengths()) {
          double[] a = Columns.doubles(kind, count, new Random(seed));
          checkDoubles(a, "kind " + kind + ", " + count + " values, seed " + seed);
        }
      }
    }
  }

  @Test
  void shouldReturnPointsBetweenOtherPointsOfTheSameColumns() {
    for (int seed = 0; seed < ROUNDS * 500; seed++) {
      Random random = new Random(seed);
      int count = random.nextInt(200);
      int total = count + 20;
      long[] times = Columns.longs(random.nextInt(Columns.LONG_KINDS), total, random);
      double[] values = Columns.doubles(random.nextInt(Columns.DOUBLE_KINDS), total, random);
      int from = random.nextInt(20);
      ByteWriter out = new ByteWriter(1);
      out.putInt(7);
      PointsCodec.encode(times, values, from, from + count, out);
      int length = out.size() - 4;
      out.putInt(9);

      assertEquals(count, PointsCodec.count(out.array(), 4, length), "seed " + seed);
      long[] t = new long[total];
      double[] v = new double[total];
      byte[] exact = Arrays.copyOf(out.array(), 4 + length);
      assertEquals(count, PointsCodec.decode(exact, 4, length, t, v, 5), "seed " + seed);
      assertArrayEquals(
          Arrays.copyOfRange(times, from, from + count),
          Arrays.copyOfRange(t, 5, 5 + count),
          "seed " + seed);
      assertArrayEquals(
          bits(Arrays.copyOfRange(values, from, from + count)),
          bits(Arrays.copyOfRange(v, 5, 5 + count)),
          "seed " + seed);
      assertEquals(0, t[4]);
      assertEquals(0, t[5 + count]);
    }
  }

  @Test
  void shouldReturnTheLargestBlock() {
    int count = PointsCodec.MAX_POINTS;
    Points points = Generators.walkJitter120(count);
    ByteWriter out = new ByteWriter();
    PointsCodec.encode(points.times(), points.values(), 0, count, out);
    Points back = new Points(new long[count], new double[count]);
    PointsCodec.decode(out.array(), 0, out.size(), back.times(), back.values(), 0);
    assertArrayEquals(points.times(), back.times());
    assertArrayEquals(bits(points.values()), bits(back.values()));
  }

  @Test
  void shouldWriteTheSameBytesWhateverWasEncodedBefore() {
    Points points = Generators.smooth120(3000);
    ByteWriter before = new ByteWriter();
    PointsCodec.encode(points.times(), points.values(), 0, 3000, before);
    for (int kind = 0; kind < Columns.DOUBLE_KINDS; kind++) {
      DoubleColumn.encode(Columns.doubles(kind, 1500, new Random(kind)), 0, 1500, new ByteWriter());
    }
    ByteWriter after = new ByteWriter();
    PointsCodec.encode(points.times(), points.values(), 0, 3000, after);
    assertArrayEquals(before.toByteArray(), after.toByteArray());
  }

  private static int[] lengths() {
    int[] lengths = new int[71 + 15];
    for (int i = 0; i <= 70; i++) {
      lengths[i] = i;
    }
    int at = 71;
    for (int middle : new int[] {128, 515, 1024, 2048, 5120}) {
      for (int around = -1; around <= 1; around++) {
        lengths[at++] = middle + around;
      }
    }
    return lengths;
  }

  private static void checkLongs(long[] a, String context) {
    ByteWriter out = new ByteWriter(0);
    LongColumn.encode(a, 0, a.length, out);
    ByteReader in = new ByteReader(out.toByteArray());
    long[] back = new long[a.length];
    LongColumn.decode(in, back, 0, a.length);
    assertArrayEquals(a, back, context);
    assertFalse(in.hasRemaining(), context);
  }

  private static void checkDoubles(double[] a, String context) {
    ByteWriter out = new ByteWriter(0);
    DoubleColumn.encode(a, 0, a.length, out);
    ByteReader in = new ByteReader(out.toByteArray());
    double[] back = new double[a.length];
    DoubleColumn.decode(in, back, 0, a.length);
    assertArrayEquals(bits(a), bits(back), context);
    assertFalse(in.hasRemaining(), context);
  }

  private static long[] bits(double[] values) {
    return DoubleStream.of(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }
}
