package io.btrdb.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Statistics against arithmetic of 60 digits, and at the ends of what a double can hold. */
class SummaryTest {
  private static final MathContext DIGITS = new MathContext(60);

  private static Summary inParts(double[] values, int part) {
    Summary summary = new Summary();
    long[] times = new long[values.length];
    Arrays.setAll(times, i -> i);
    for (int at = 0; at < values.length; at += part) {
      summary.addPoints(times, values, at, Math.min(values.length, at + part));
    }
    return summary;
  }

  private static double exactStandardDeviation(double[] values) {
    BigDecimal n = new BigDecimal(values.length);
    BigDecimal sum = BigDecimal.ZERO;
    for (double v : values) {
      sum = sum.add(new BigDecimal(v));
    }
    BigDecimal mean = sum.divide(n, DIGITS);
    BigDecimal squares = BigDecimal.ZERO;
    for (double v : values) {
      BigDecimal distance = new BigDecimal(v).subtract(mean);
      squares = squares.add(distance.multiply(distance, DIGITS));
    }
    return squares.divide(n, DIGITS).sqrt(DIGITS).doubleValue();
  }

  @Test
  void shouldKeepStandardDeviationWithinABillionth() {
    Random random = new Random(9);
    for (int round = 0; round < 300; round++) {
      double offset = Math.pow(10, random.nextInt(30) - 10) * (random.nextInt(3) - 1);
      double spread = Math.pow(10, random.nextInt(20) - 12);
      double[] values = new double[1 + random.nextInt(700)];
      Arrays.setAll(values, i -> offset + spread * random.nextGaussian());
      double exact = exactStandardDeviation(values);
      for (int part : new int[] {1, 3, 64, 1024}) {
        Summary summary = inParts(values, part);
        double scale = Math.max(Math.abs(summary.mean), exact);
        assertEquals(exact, summary.standardDeviation(), 1e-9 * scale, "round " + round);
        assertEquals(Arrays.stream(values).min().orElseThrow(), summary.min);
        assertEquals(Arrays.stream(values).max().orElseThrow(), summary.max);
      }
    }
  }

  @Test
  void shouldAnswerAConstantExactly() {
    double[] values = new double[1000];
    Arrays.fill(values, 0.1);
    for (int part : new int[] {1, 7, 1000}) {
      Summary summary = inParts(values, part);
      assertEquals(0.1, summary.mean);
      assertEquals(0.0, summary.standardDeviation());
    }
  }

  @Test
  void shouldKeepTheMeanOfHugeValuesFinite() {
    double[] values = {Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, 1, Double.MAX_VALUE};
    for (int part = 1; part <= 5; part++) {
      Summary summary = inParts(values, part);
      assertEquals(Double.MAX_VALUE, summary.max);
      assertEquals(-Double.MAX_VALUE, summary.min);
      assertEquals(0.4 * Double.MAX_VALUE, summary.mean, 1e295);
      assertEquals(Double.POSITIVE_INFINITY, summary.standardDeviation());
    }
    double[] same = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
    for (int part = 1; part <= 3; part++) {
      assertEquals(Double.MAX_VALUE, inParts(same, part).mean);
      assertEquals(0.0, inParts(same, part).standardDeviation());
    }
  }

  @Test
  void shouldNeverMakeNaN() {
    double[] extremes = {
      0.0, -0.0, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 1e200, -1e200, 1e154, 1
    };
    Random random = new Random(4);
    for (int round = 0; round < 20_000; round++) {
      double[] values = new double[1 + random.nextInt(12)];
      Arrays.setAll(values, i -> extremes[random.nextInt(extremes.length)]);
      Summary summary = inParts(values, 1 + random.nextInt(5));
      assertTrue(summary.mean >= summary.min && summary.mean <= summary.max);
      assertTrue(summary.standardDeviation() >= 0, "not NaN: " + Arrays.toString(values));
    }
  }
}
