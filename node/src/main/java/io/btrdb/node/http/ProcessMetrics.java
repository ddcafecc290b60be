package io.btrdb.node.http;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.util.function.Supplier;

/** What the Java machine and the operating system say of this process. */
public final class ProcessMetrics implements SampledMetric {
  private static final double MILLIS = 1e3;
  private static final double NANOS = 1e9;

  @Override
  public void sample(Samples out) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    area(out, "heap", memory::getHeapMemoryUsage);
    area(out, "other", memory::getNonHeapMemoryUsage);
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      out.add("btrdb_jvm_buffer_used_bytes", pool::getMemoryUsed, "pool", pool.getName());
    }
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      String[] label = {"collector", collector.getName()};
      out.add("btrdb_jvm_gc_pauses_total", collector::getCollectionCount, label);
      out.add(
          "btrdb_jvm_gc_pause_seconds_total", () -> collector.getCollectionTime() / MILLIS, label);
    }
    out.add("btrdb_jvm_threads", () -> ManagementFactory.getThreadMXBean().getThreadCount());
    out.add(
        "btrdb_process_start_time_seconds",
        () -> ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
    system(out);
  }

  private static void area(Samples out, String area, Supplier<MemoryUsage> usage) {
    out.add("btrdb_jvm_memory_used_bytes", () -> usage.get().getUsed(), "area", area);
    out.add("btrdb_jvm_memory_committed_bytes", () -> usage.get().getCommitted(), "area", area);
    if (usage.get().getMax() >= 0) {
      out.add("btrdb_jvm_memory_max_bytes", () -> usage.get().getMax(), "area", area);
    }
  }

  /** Known of a process on Linux and other Unixes only. */
  private static void system(Samples out) {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.UnixOperatingSystemMXBean unix) {
      out.add("btrdb_process_cpu_seconds_total", () -> unix.getProcessCpuTime() / NANOS);
      out.add("btrdb_process_open_files", unix::getOpenFileDescriptorCount);
      out.add("btrdb_process_open_files_max", unix::getMaxFileDescriptorCount);
    }
  }
}
