package io.btrdb.cli.bench;

import java.util.Locale;

/** What a figure should reach. */
sealed interface Goal {
  /** Whether it does. */
  boolean isReached(Figure figure);

  /** At least so many a second. */
  record RateAtLeast(double perSecond) implements Goal {
    @Override
    public boolean isReached(Figure figure) {
      return figure.rate() >= perSecond;
    }

    @Override
    public String toString() {
      return ">= " + Figures.rate(perSecond) + "/s";
    }
  }

  /** Half of the calls faster than this. */
  record MedianBelow(double millis) implements Goal {
    @Override
    public boolean isReached(Figure figure) {
      return figure.p50Millis() < millis;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "p50 < %s ms", Figures.plain(millis));
    }
  }
}
