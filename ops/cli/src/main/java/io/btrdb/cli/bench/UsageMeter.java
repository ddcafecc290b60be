package io.btrdb.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what this process and the nodes have used so far. */
final class UsageMeter {
  /** Linux's USER_HZ: the unit of /proc's times, whatever the kernel's own clock. */
  private static final double TICKS_PER_SECOND = 100;

  private final OperatingSystemMXBean self =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final Target target;

  UsageMeter(Target target) {
    this.target = target;
  }

  /** At the start of a measurement: what it takes to look at the log is not part of it. */
  Usage before() {
    double log = target.logBytes();
    return usage(log);
  }

  /** What was used since; looks at the log last. */
  Usage since(Usage before) {
    Usage cpu = usage(before.logBytes());
    double log = target.logBytes();
    return new Usage(cpu.clientCpuSeconds(), cpu.nodesCpuSeconds(), log).minus(before);
  }

  private Usage usage(double logBytes) {
    return new Usage(self.getProcessCpuTime() / 1e9, nodesCpuSeconds(), logBytes);
  }

  private double nodesCpuSeconds() {
    double sum = target.isLocal() ? 0 : Double.NaN;
    for (long pid : target.pids()) {
      sum += cpuSeconds(pid);
    }
    return sum;
  }

  static double cpuSeconds(long pid) {
    try {
      return parseStat(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    } catch (IOException e) {
      throw new UncheckedIOException("node process " + pid + " is gone", e);
    }
  }

  /**
   * User and system time in seconds.
   *
   * @param stat {@code pid (name) state ...}; the name may hold spaces and parentheses
   */
  static double parseStat(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }
}
