package io.btrdb.chaos;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** How busy this machine was since a moment: a pause means nothing without it. */
final class Machine {
  private final ClusterUnderTest cluster;
  private final long beganNanos = System.nanoTime();
  private final Duration ownBefore = cpu(ProcessHandle.current().pid());

  /** CPU time of nodes that have been killed since. */
  private Duration gone = Duration.ZERO;

  private final Duration nodesBefore;

  Machine(ClusterUnderTest cluster) {
    this.cluster = cluster;
    this.nodesBefore = nodes();
  }

  /** To be called before a node is killed, whose CPU time would be lost. */
  void goes(String node) {
    gone = gone.plus(cpu(cluster.cluster().pid(node).orElseThrow()));
  }

  private Duration nodes() {
    Duration sum = Duration.ZERO;
    for (String node : cluster.nodes()) {
      var pid = cluster.cluster().pid(node);
      sum = sum.plus(pid.isPresent() ? cpu(pid.getAsLong()) : Duration.ZERO);
    }
    return sum;
  }

  private static Duration cpu(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  @Override
  public String toString() {
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    var system = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        "%.0f s on %d cores, load average %.1f, CPU-seconds: nodes %.1f, test %.1f",
        seconds,
        system.getAvailableProcessors(),
        system.getSystemLoadAverage(),
        (nodes().plus(gone).minus(nodesBefore)).toMillis() / 1e3,
        cpu(ProcessHandle.current().pid()).minus(ownBefore).toMillis() / 1e3);
  }
}
