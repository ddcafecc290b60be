package io.btrdb.cli.bench;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Repetitions of one measurement. Latencies may be recorded by any thread, runs are added by one.
 */
final class Series {
  private static final long LATENCY_NANOS_MAX = 600_000_000_000L;
  private static final int DIGITS = 3;

  private final String workload;
  private final String what;
  private final String unit;
  private final Histogram latencies = new ConcurrentHistogram(LATENCY_NANOS_MAX, DIGITS);
  private final List<Run> runs = new ArrayList<>();

  /** So many values or calls, in so many seconds, at this cost. */
  record Run(long count, double seconds, Usage usage) {
    double rate() {
      return count / seconds;
    }
  }

  Series(String workload, String what, String unit) {
    this.workload = workload;
    this.what = what;
    this.unit = unit;
  }

  /** Notes how long one call took. */
  void latency(long nanos) {
    latencies.recordValue(Math.min(nanos, LATENCY_NANOS_MAX));
  }

  void add(Run run) {
    runs.add(run);
  }

  Figure figure(Goal... goals) {
    boolean timed = latencies.getTotalCount() > 0;
    return new Figure(
        workload,
        what,
        unit,
        median(runs.stream().mapToDouble(Run::rate).toArray()),
        runs.stream().map(Run::rate).toList(),
        timed ? latencies.getValueAtPercentile(50) / 1e6 : Double.NaN,
        timed ? latencies.getValueAtPercentile(99) / 1e6 : Double.NaN,
        median(runs.stream().mapToDouble(run -> run.usage().clientCpuSeconds()).toArray()),
        median(runs.stream().mapToDouble(run -> run.usage().nodesCpuSeconds()).toArray()),
        Double.NaN,
        Double.NaN,
        List.of(goals));
  }

  /** The middle one, the mean of the middle two; NaN of none. */
  static double median(double[] numbers) {
    if (numbers.length == 0) {
      return Double.NaN;
    }
    double[] sorted = numbers.clone();
    java.util.Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
