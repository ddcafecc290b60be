package io.btrdb.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives each process a share of a core and no more, through Linux' control groups: as if each had a
 * small machine of its own. Needs the right to write under {@code /sys/fs/cgroup}, as root has it.
 */
final class CpuQuota implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final int PERIOD_MICROS = 100_000;

  private final Path base;
  private final List<Path> groups = new ArrayList<>();

  private CpuQuota(Path base) {
    this.base = base;
  }

  /**
   * @param cores for each process, as 0.25
   * @return empty where this cannot be done
   */
  static Optional<CpuQuota> of(List<Long> pids, double cores) {
    boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
    CpuQuota quota = new CpuQuota(unified ? ROOT : ROOT.resolve("cpu"));
    try {
      for (long pid : pids) {
        quota.limit(pid, (long) (cores * PERIOD_MICROS), unified);
      }
      return Optional.of(quota);
    } catch (IOException e) {
      quota.close();
      return Optional.empty();
    }
  }

  private void limit(long pid, long micros, boolean unified) throws IOException {
    Path group = base.resolve("btrdb-bench-" + pid);
    Files.createDirectory(group);
    groups.add(group);
    if (unified) {
      Files.writeString(group.resolve("cpu.max"), micros + " " + PERIOD_MICROS);
    } else {
      Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
      Files.writeString(group.resolve("cpu.cfs_quota_us"), Long.toString(micros));
    }
    Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
  }

  /** Lets all processes go; one that has ended took its place with it. */
  @Override
  public void close() {
    for (Path group : groups) {
      try {
        for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
          Files.writeString(base.resolve("cgroup.procs"), pid);
        }
        Files.delete(group);
      } catch (IOException e) {
        throw new IllegalStateException("cannot remove " + group + ": remove it by hand", e);
      }
    }
    groups.clear();
  }
}
