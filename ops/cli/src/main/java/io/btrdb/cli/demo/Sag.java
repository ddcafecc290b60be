package io.btrdb.cli.demo;

/**
 * A dip of the voltages, as a short circuit nearby causes it.
 *
 * @param start in seconds before the present, negative
 * @param seconds how long
 * @param edge how long the fall takes, in seconds; the recovery takes four times that
 * @param one what remains of phase 1, from 0 to 1; {@code two} and {@code three} alike
 */
record Sag(double start, double seconds, double edge, double one, double two, double three) {
  /** How much of the dip is felt at a time, from 0 to 1. */
  double felt(double t) {
    double into = t - start;
    if (into < 0 || into > seconds + 40 * edge) {
      return 0;
    }
    double fallen = 1 - Math.exp(-into / edge);
    return into <= seconds ? fallen : fallen * Math.exp((seconds - into) / (4 * edge));
  }

  double remains(int phase) {
    return switch (phase) {
      case 1 -> one;
      case 2 -> two;
      case 3 -> three;
      default -> throw new IllegalArgumentException("phases are 1 to 3, not " + phase);
    };
  }
}
