package io.btrdb.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a point may cost: the sizes are deterministic, so a worse choice shows at once. */
class CompressionTest {
  private static final int LEAF = 515;

  @Test
  void shouldKeepLeavesOf120HertzWithinTheirBounds() {
    assertBytesPerPoint(7.2, Generators.gaussian120(LEAF));
    assertBytesPerPoint(3.6, Generators.gaussianFloat120(LEAF));
    assertBytesPerPoint(1.1, Generators.walk120(LEAF));
    assertBytesPerPoint(0.06, Generators.ramp120(LEAF));
    assertBytesPerPoint(0.06, Generators.constant120(LEAF));
    assertBytesPerPoint(5.5, Generators.smooth120(LEAF));
    assertBytesPerPoint(1.2, Generators.smoothFloat120(LEAF));
    assertBytesPerPoint(0.15, Generators.states120(LEAF));
    assertBytesPerPoint(2.75, Generators.walkJitter120(LEAF));
    assertBytesPerPoint(1.3, Generators.walkGap120(LEAF));
    assertBytesPerPoint(1.15, Generators.walkMicros120(LEAF));
  }

  @Test
  void shouldKeepInsertsWithinTheirBounds() {
    assertBytesPerPoint(19, Generators.walk120(1));
    assertBytesPerPoint(1.3, Generators.walk120(120));
    assertBytesPerPoint(1.1, Generators.walk120(10_000));
  }

  @Test
  void shouldSpendAFewBytesOnTheTimesOfAnyRegularClock() {
    for (int hertz = 1; hertz <= 2000; hertz++) {
      Points points = Generators.walk(LEAF, hertz);
      ByteWriter out = new ByteWriter();
      LongColumn.encode(points.times(), 0, LEAF, out);
      assertTrue(out.size() <= 21, out.size() + " bytes at " + hertz + " Hz");
    }
  }

  @Test
  void shouldSpendAFewBytesOnTheStatisticsOfANode() {
    long[] counts = new long[64];
    Arrays.fill(counts, 515);
    assertLongs(3, counts);
    long[] firstTimes = new long[64];
    Arrays.setAll(firstTimes, i -> (1L << 60) + ((long) i << 32));
    assertLongs(16, firstTimes);
    Arrays.setAll(firstTimes, i -> i < 20 ? 0 : 77);
    assertLongs(10, firstTimes);
    double[] zeros = new double[64];
    ByteWriter out = new ByteWriter();
    DoubleColumn.encode(zeros, 0, 64, out);
    assertTrue(out.size() == 1, out.size() + " bytes");
  }

  @Test
  void shouldNeverExceedTheRawSizeByMoreThanTheTags() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int count = 1 + random.nextInt(3000);
      ByteWriter out = new ByteWriter();
      LongColumn.encode(Columns.longs(seed % Columns.LONG_KINDS, count, random), 0, count, out);
      assertTrue(out.size() <= 8 * count + (count + 1023) / 1024, "seed " + seed);
      out.truncate(0);
      DoubleColumn.encode(
          Columns.doubles(seed % Columns.DOUBLE_KINDS, count, random), 0, count, out);
      assertTrue(out.size() <= 8 * count + (count + 1023) / 1024, "seed " + seed);
    }
  }

  private static void assertLongs(int bytes, long[] a) {
    ByteWriter out = new ByteWriter();
    LongColumn.encode(a, 0, a.length, out);
    assertTrue(out.size() <= bytes, out.size() + " bytes");
  }

  private static void assertBytesPerPoint(double bound, Points points) {
    ByteWriter out = new ByteWriter();
    PointsCodec.encode(points.times(), points.values(), 0, points.size(), out);
    double bytes = (double) out.size() / points.size();
    assertTrue(bytes <= bound, bytes + " bytes a point exceed " + bound);
  }
}
