package io.btrdb.codec;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/** Data as meters and sensors send it; the same on every call. */
final class Generators {
  /** Not a round number of seconds, so that no phase is zero by luck. */
  private static final long START = 1_700_000_123L * 120 + 17;

  private Generators() {}

  static Points points(int count, IntToLongFunction time, IntToDoubleFunction value) {
    long[] times = new long[count];
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      times[i] = time.applyAsLong(i);
      values[i] = value.applyAsDouble(i);
    }
    return new Points(times, values);
  }

  /** Sample {@code i} of a clock with so many ticks a second, rounded to nanoseconds. */
  static long tick(long i, long hertz) {
    long whole = Math.floorDiv(i, hertz);
    return whole * 1_000_000_000L + Math.round(Math.floorMod(i, hertz) * 1e9 / hertz);
  }

  private static IntToLongFunction clock(long hertz) {
    return i -> tick(START * hertz / 120 + i, hertz);
  }

  private static IntToDoubleFunction slowWalk() {
    Random random = new Random(7200);
    double[] level = {7200};
    return i -> {
      level[0] += random.nextGaussian() * 0.05;
      return Math.rint(level[0] * 1000) / 1000;
    };
  }

  static Points walk(int count, long hertz) {
    return points(count, clock(hertz), slowWalk());
  }

  static Points walk120(int count) {
    return walk(count, 120);
  }

  static Points gaussian120(int count) {
    Random random = new Random(1);
    return points(count, clock(120), i -> random.nextGaussian());
  }

  static Points gaussianFloat120(int count) {
    Random random = new Random(2);
    return points(count, clock(120), i -> (float) random.nextGaussian());
  }

  static Points ramp120(int count) {
    return points(count, clock(120), i -> 1000 + i);
  }

  static Points constant120(int count) {
    return points(count, clock(120), i -> Math.PI);
  }

  static Points smooth120(int count) {
    return points(count, clock(120), i -> 7200 * Math.sin(i * 0.01));
  }

  static Points smoothFloat120(int count) {
    Random random = new Random(3);
    return points(
        count, clock(120), i -> (float) (60 + Math.sin(i * 0.002) + random.nextGaussian() * 1e-4));
  }

  static Points states120(int count) {
    return points(count, clock(120), i -> i / 97 % 3 == 0 ? 1.1 : Double.NaN);
  }

  static Points walkJitter120(int count) {
    Random random = new Random(4);
    IntToLongFunction clock = clock(120);
    return points(
        count, i -> clock.applyAsLong(i) + Math.round(random.nextGaussian() * 1000), slowWalk());
  }

  static Points walkGap120(int count) {
    IntToLongFunction clock = clock(120);
    return points(count, i -> clock.applyAsLong(i < count / 3 ? i : i + 1234), slowWalk());
  }

  static Points walkMicros120(int count) {
    IntToLongFunction clock = clock(120);
    return points(count, i -> clock.applyAsLong(i) / 1000 * 1000, slowWalk());
  }

  static Points random(int count) {
    Random random = new Random(5);
    return points(count, i -> random.nextLong(), i -> Double.longBitsToDouble(random.nextLong()));
  }
}
