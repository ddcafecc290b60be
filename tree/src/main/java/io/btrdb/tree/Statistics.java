package io.btrdb.tree;

/**
 * The statistics of a span of points. With {@code count} 0 all else is 0.
 *
 * @param m2 sum of squared distances from the mean; the population variance is m2 / count
 * @param firstValue value of the first point at {@code firstTime}
 * @param lastValue value of the last point at {@code lastTime}
 */
public record Statistics(
    long count,
    double min,
    double max,
    double mean,
    double m2,
    long firstTime,
    double firstValue,
    long lastTime,
    double lastValue) {
  public static final Statistics EMPTY = new Statistics(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Population standard deviation. */
  public double standardDeviation() {
    return count == 0 ? 0 : Math.sqrt(Math.max(0, m2 / count));
  }
}
