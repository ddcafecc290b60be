package io.btrdb.tree;

import java.util.Random;

/** Times and values as streams have them and as they should never have them. */
final class TimeMaker {
  private static final double[] EXTREMES = {
    0.0,
    -0.0,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MIN_NORMAL,
    1e-300,
    1e200,
    -1e200
  };

  private final Random random;
  private final int style;
  private final long origin;
  private final long step;
  private final boolean extremeValues;
  private long now;

  TimeMaker(Random random) {
    this.random = random;
    this.style = random.nextInt(6);
    this.origin = random.nextBoolean() ? 1_700_000_000_000_000_000L : clamp(random.nextLong() >> 2);
    this.step = 1L << random.nextInt(40);
    this.extremeValues = random.nextInt(4) == 0;
    this.now = origin;
  }

  private static long clamp(long time) {
    return Math.max(TimeRange.MIN, Math.min(TimeRange.LAST_INSERTABLE, time));
  }

  /** A time near those of points. */
  long any() {
    return switch (style) {
      case 0 -> clamp(origin + random.nextInt(8));
      case 1 -> clamp(random.nextLong() >> 2);
      case 2 -> clamp(origin + (random.nextInt(5) << 20) + random.nextInt(40));
      case 3 -> clamp(now - step * random.nextInt(100));
      case 4 -> random.nextInt(8) == 0 ? extreme() : clamp(origin + random.nextInt(300));
      default -> clamp(origin + (random.nextLong() >>> (1 + random.nextInt(62))));
    };
  }

  private long extreme() {
    return switch (random.nextInt(5)) {
      case 0 -> TimeRange.MIN;
      case 1 -> TimeRange.LAST_INSERTABLE;
      case 2 -> TimeRange.MIN + random.nextInt(3);
      case 3 -> TimeRange.LAST_INSERTABLE - random.nextInt(3);
      default -> -random.nextInt(2);
    };
  }

  void fill(long[] times, double[] values) {
    for (int i = 0; i < times.length; i++) {
      if (style == 3) {
        now = clamp(now + step);
        times[i] = random.nextInt(50) == 0 ? any() : now;
      } else {
        times[i] = any();
      }
      values[i] = value();
    }
  }

  private double value() {
    if (extremeValues && random.nextInt(3) == 0) {
      return EXTREMES[random.nextInt(EXTREMES.length)];
    }
    return random.nextInt(3) == 0 ? random.nextInt(3) : 100 + random.nextGaussian();
  }
}
