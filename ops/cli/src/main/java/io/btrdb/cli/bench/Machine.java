package io.btrdb.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Where it ran.
 *
 * @param loadBefore processes that were running or waiting to run before it began, on average over
 *     a minute; negative when unknown
 * @param build of the nodes, as they tell it
 */
record Machine(
    String system, int cores, long memoryBytes, double loadBefore, String java, String build) {
  /** Above this many processes a core somebody else is at work. */
  private static final double BUSY = 0.5;

  /** What this machine does when nothing is measured. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /** Whether others were using it, so that the figures are lower than they could be. */
  boolean isBusy() {
    return loadBefore > BUSY * cores;
  }

  static Machine here(double loadBefore, String build) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        system.getName() + " " + system.getVersion() + " " + system.getArch(),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        loadBefore,
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        build);
  }

  @Override
  public String toString() {
    return String.format(
        "%d cores, %.1f GB, %s, %s, nodes %s", cores, memoryBytes / 1e9, system, java, build);
  }
}
