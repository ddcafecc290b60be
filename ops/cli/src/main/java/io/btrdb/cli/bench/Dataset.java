package io.btrdb.cli.bench;

import java.util.SplittableRandom;

/**
 * Measurements at 120 Hz: a random walk around 7,200 on a slow sine. The same arguments give the
 * same points.
 */
final class Dataset {
  /** 2026-11-01T00:00Z. */
  static final long START = 1_793_491_200_000_000_000L;

  static final int HERTZ = 120;

  private static final double WALK_SIGMA = 0.05;
  private static final double SINE = 4;
  private static final double SINE_PERIOD_SECONDS = 600;
  private static final long SEED = 42;

  private Dataset() {}

  /** What the values look like. */
  enum Kind {
    /** Rounded to three decimals, as sensors give them. */
    Q,
    /** With all bits of the mantissa in use. */
    N
  }

  /** Time of the point with this number: the 120 Hz grid, rounded to a nanosecond. */
  static long time(long index) {
    return START + index / HERTZ * 1_000_000_000L + Math.round(index % HERTZ * (1e9 / HERTZ));
  }

  /**
   * Values of a stream.
   *
   * @param stream sets the level, and the seed
   */
  static double[] values(Kind kind, int stream, int points) {
    SplittableRandom random = new SplittableRandom(SEED + stream);
    double[] values = new double[points];
    double walk = 0;
    for (int i = 0; i < points; i++) {
      walk += WALK_SIGMA * random.nextGaussian();
      double phase = 2 * Math.PI * i / (HERTZ * SINE_PERIOD_SECONDS);
      double value = 7_200 + 10 * stream + walk + SINE * Math.sin(phase);
      values[i] = kind == Kind.Q ? Math.rint(value * 1_000) / 1_000 : value;
    }
    return values;
  }

  /** Columns cut into batches of equal size, the last perhaps smaller. */
  static double[][] cut(double[] values, int batch) {
    double[][] batches = new double[(values.length + batch - 1) / batch][];
    for (int i = 0; i < batches.length; i++) {
      batches[i] =
          java.util.Arrays.copyOfRange(values, i * batch, Math.min(values.length, (i + 1) * batch));
    }
    return batches;
  }

  /** Times of so many points, cut alike. */
  static long[][] times(int points, int batch) {
    long[][] batches = new long[(points + batch - 1) / batch][];
    for (int i = 0; i < batches.length; i++) {
      long[] times = new long[Math.min(points - i * batch, batch)];
      for (int j = 0; j < times.length; j++) {
        times[j] = time((long) i * batch + j);
      }
      batches[i] = times;
    }
    return batches;
  }
}
