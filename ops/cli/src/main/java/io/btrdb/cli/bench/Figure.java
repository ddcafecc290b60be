package io.btrdb.cli.bench;

import java.util.List;

/**
 * One line of the result. What was not measured is NaN.
 *
 * @param workload that it belongs to, as {@code --only} takes it
 * @param what in words
 * @param unit of the rate, as {@code values}
 * @param rate a second, the median over the runs
 * @param rates of each run
 * @param p50Millis of one call, over all runs
 * @param p99Millis of one call, over all runs
 * @param clientCpuSeconds of one run, the median
 * @param nodesCpuSeconds of one run, of all nodes together, the median
 * @param logBytesPerValue written to the log of one replica
 * @param diskBytesPerValue kept in the store of one replica, without the log
 */
record Figure(
    String workload,
    String what,
    String unit,
    double rate,
    List<Double> rates,
    double p50Millis,
    double p99Millis,
    double clientCpuSeconds,
    double nodesCpuSeconds,
    double logBytesPerValue,
    double diskBytesPerValue,
    List<Goal> goals) {

  Figure withBytes(double logPerValue, double diskPerValue) {
    return new Figure(
        workload,
        what,
        unit,
        rate,
        rates,
        p50Millis,
        p99Millis,
        clientCpuSeconds,
        nodesCpuSeconds,
        logPerValue,
        diskPerValue,
        goals);
  }

  /** Whether all goals are reached; true when there are none. */
  boolean isReached() {
    return goals.stream().allMatch(goal -> goal.isReached(this));
  }
}
