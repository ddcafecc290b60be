package io.btrdb.cli.demo;

/**
 * Random functions of time without memory: the value at a time depends on the seed and the time
 * alone, so that any part of a signal can be made at any rate, in any order.
 */
final class Noise {
  private static final double UNIT = 0x1p-53;

  private final long seed;

  Noise(long seed) {
    this.seed = mix(seed ^ 0x9E37_79B9_7F4A_7C15L);
  }

  /** Uniform in [0, 1), independent for each index. */
  double uniform(long index) {
    return (mix(seed + index * 0x9E37_79B9_7F4A_7C15L) >>> 11) * UNIT;
  }

  /** Triangular in (-1, 1), independent for each index: the noise of an instrument. */
  double white(long index) {
    long bits = mix(seed + index * 0x9E37_79B9_7F4A_7C15L);
    return ((bits >>> 32) - (bits & 0xFFFF_FFFFL)) * 0x1p-32;
  }

  /** A smooth wandering within (-1, 1), with a period of about 1 in each octave's unit. */
  double wander(double x, int octaves) {
    double sum = 0;
    double weight = 0.5;
    for (int octave = 0; octave < octaves; octave++) {
      sum += weight * smooth(x, octave);
      x *= 2.17;
      weight /= 2;
    }
    return sum;
  }

  private double smooth(double x, int octave) {
    double floor = Math.floor(x);
    double part = x - floor;
    long cell = (long) floor + ((long) octave << 48);
    double eased = part * part * (3 - 2 * part);
    double left = uniform(cell);
    return 2 * (left + (uniform(cell + 1) - left) * eased) - 1;
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }
}
