package io.btrdb.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Lengths of pauses, to the millisecond, up to ten minutes.
 *
 * <p>Safe for any number of threads.
 */
final class Distribution {
  private final Histogram millis = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);

  synchronized void add(Duration pause) {
    millis.recordValue(pause.toMillis());
  }

  synchronized Duration percentile(double percent) {
    return Duration.ofMillis(millis.getValueAtPercentile(percent));
  }

  @Override
  public synchronized String toString() {
    return String.format(
        "n %d, min %d, p50 %d, p90 %d, p99 %d, max %d ms",
        millis.getTotalCount(),
        millis.getMinValue(),
        millis.getValueAtPercentile(50),
        millis.getValueAtPercentile(90),
        millis.getValueAtPercentile(99),
        millis.getMaxValue());
  }
}
