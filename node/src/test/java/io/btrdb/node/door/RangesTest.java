package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.tree.TimeRange;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangesTest {
  private static final BigInteger MIN = BigInteger.valueOf(TimeRange.MIN);
  private static final BigInteger MAX = BigInteger.valueOf(TimeRange.MAX);

  private static long time(Random random) {
    long near =
        switch (random.nextInt(6)) {
          case 0 -> TimeRange.MIN;
          case 1 -> TimeRange.MAX;
          case 2 -> Long.MIN_VALUE;
          case 3 -> Long.MAX_VALUE;
          case 4 -> 0;
          default -> random.nextLong();
        };
    return near + random.nextLong(-3, 4) * (1L << random.nextInt(0, 62));
  }

  @Test
  void shouldAlignAsUnboundedNumbersWould() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      long start = time(random);
      long end = time(random);
      int pointWidth = random.nextInt(64);
      BigInteger first = floor(start, pointWidth);
      BigInteger last = floor(end, pointWidth);
      boolean legal =
          start >= TimeRange.MIN
              && first.compareTo(MIN) >= 0
              && last.compareTo(MAX) <= 0
              && first.compareTo(last) < 0;
      String message = "seed " + seed + ": [" + start + ", " + end + ") in 2^" + pointWidth;
      assertEquals(legal, Ranges.alignedWindows(start, end, pointWidth).isEmpty(), message);
      if (legal) {
        Ranges.Span span = Ranges.align(start, end, pointWidth);
        assertEquals(first.longValueExact(), span.start(), message);
        assertEquals(last.longValueExact(), span.end(), message);
      }
    }
  }

  private static BigInteger floor(long time, int pointWidth) {
    BigInteger origin = pointWidth <= 60 ? BigInteger.ZERO : MIN;
    BigInteger offset = BigInteger.valueOf(time).subtract(origin);
    return offset.shiftRight(pointWidth).shiftLeft(pointWidth).add(origin);
  }

  @Test
  void shouldCutWindowsAsUnboundedNumbersWould() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      long start = time(random);
      long end = time(random);
      long width = random.nextLong() >>> random.nextInt(64);
      if (Ranges.windows(start, end, width, 0).isEmpty()) {
        long cut = Ranges.windowsEnd(start, end, width);
        assertTrue(start < cut && cut <= end && end - cut < width, "seed " + seed);
        assertEquals(0, (cut - start) % width, "seed " + seed);
      }
    }
  }

  @Test
  void shouldRoundToTheNearestValueWithFewerBits() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      int bits = random.nextInt(53);
      double[] rounded = {value};
      WriteChecks.round(rounded, 1, bits);
      if (Double.isFinite(value)) {
        String message = "seed " + seed + ": " + value + " to " + bits + " bits " + rounded[0];
        assertTrue(Double.isFinite(rounded[0]), message);
        long dropped = Double.doubleToRawLongBits(rounded[0]) & ((1L << (52 - bits)) - 1);
        assertEquals(0, dropped, message);
        double unit = Math.scalb(1.0, Math.max(Math.getExponent(value), -1022) - bits);
        boolean atTheEdge = Math.abs(value) > Double.MAX_VALUE / 2;
        assertTrue(atTheEdge || Math.abs(rounded[0] - value) <= unit / 2, message);
      }
    }
  }
}
