package io.btrdb.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Where it ran.
 *
 * @param build of the nodes, as they tell it
 */
record Machine(String system, int cores, long memoryBytes, String java, String build) {
  static Machine here(String build) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        system.getName() + " " + system.getVersion() + " " + system.getArch(),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        build);
  }

  @Override
  public String toString() {
    return String.format(
        "%d cores, %.1f GB, %s, %s, nodes %s", cores, memoryBytes / 1e9, system, java, build);
  }
}
