package io.btrdb.tree;

import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Streams of a million points as sensors make them. */
final class Samples {
  static final long ORIGIN = 1_600_000_000_000_000_000L;

  private Samples() {}

  /** {@code hertz} points a second, each rounded down to a nanosecond. */
  static long[] times(int points, int hertz) {
    long[] times = new long[points];
    for (int i = 0; i < points; i++) {
      times[i] = ORIGIN + i * 1_000_000_000L / hertz;
    }
    return times;
  }

  enum Kind {
    GAUSSIAN,
    GAUSSIAN_FLOAT32,
    WALK_3_DECIMALS,
    RAMP,
    CONSTANT
  }

  static double[] values(int points, Kind kind) {
    Random random = new Random(42);
    double[] walk = {7200};
    IntToDoubleFunction value =
        switch (kind) {
          case GAUSSIAN -> i -> random.nextGaussian();
          case GAUSSIAN_FLOAT32 -> i -> (float) random.nextGaussian();
          case WALK_3_DECIMALS ->
              i -> {
                walk[0] += random.nextGaussian() * 0.02;
                return Math.round(walk[0] * 1000) / 1000.0;
              };
          case RAMP -> i -> i;
          case CONSTANT -> i -> 59.98;
        };
    double[] values = new double[points];
    java.util.Arrays.setAll(values, value);
    return values;
  }
}
