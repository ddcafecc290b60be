package io.btrdb.cli.demo;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.BufferedWriter;
import io.btrdb.client.WriterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stores this machine's load ten times a second while it is open: how busy its processors are, the
 * run queue and the memory in use, as {@code /proc} tells them.
 */
final class HostMetrics implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");
  private static final long PERIOD_MILLIS = 100;
  private static final double MEBI_KILOBYTES = 1_024;

  private final Map<String, BtrdbStream> streams;
  private final BufferedWriter writer;
  private final AtomicLong lost;
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "demo-host-metrics");
            thread.setDaemon(true);
            return thread;
          });
  private CpuTimes before;

  private HostMetrics(
      Map<String, BtrdbStream> streams, BufferedWriter writer, AtomicLong lost, CpuTimes before) {
    this.streams = streams;
    this.writer = writer;
    this.lost = lost;
    this.before = before;
  }

  /** Starts; empty on a machine whose kernel does not tell. */
  static Optional<HostMetrics> start(Btrdb db, String collection) throws IOException {
    if (!Files.isReadable(PROC.resolve("stat")) || !Files.isReadable(PROC.resolve("meminfo"))) {
      return Optional.empty();
    }
    Map<String, BtrdbStream> streams = new LinkedHashMap<>();
    Map.of("cpu", "percent", "load1", "processes", "memory_used", "MiB")
        .forEach(
            (name, unit) ->
                streams.put(
                    name,
                    db.create(
                        UUID.randomUUID(),
                        collection,
                        Map.of("name", name, "unit", unit),
                        Map.of("source", "/proc"))));
    AtomicLong lost = new AtomicLong();
    BufferedWriter writer =
        db.writer(
            WriterOptions.defaults()
                .withMaxAge(Duration.ofMillis(500))
                .withOnFailure(failure -> lost.addAndGet(failure.count())));
    HostMetrics metrics = new HostMetrics(streams, writer, lost, CpuTimes.read(PROC));
    var unused =
        metrics.sampler.scheduleAtFixedRate(
            metrics::sample, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return Optional.of(metrics);
  }

  /** Busy and total time of all processors since the machine started, in ticks. */
  record CpuTimes(long busy, long total) {
    static CpuTimes read(Path proc) throws IOException {
      return parse(Files.readAllLines(proc.resolve("stat")).get(0));
    }

    /**
     * @param line {@code cpu user nice system idle iowait irq ...}
     */
    static CpuTimes parse(String line) {
      String[] fields = line.trim().split("\\s+");
      long total = 0;
      // the guests' times that may follow are part of user and nice
      for (int i = 1; i < Math.min(fields.length, 9); i++) {
        total += Long.parseLong(fields[i]);
      }
      return new CpuTimes(total - Long.parseLong(fields[4]) - Long.parseLong(fields[5]), total);
    }

    double percentSince(CpuTimes earlier) {
      return total == earlier.total ? 0 : 100.0 * (busy - earlier.busy) / (total - earlier.total);
    }
  }

  private void sample() {
    try {
      Instant now = Instant.now();
      long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
      CpuTimes cpu = CpuTimes.read(PROC);
      String load = Files.readString(PROC.resolve("loadavg"));
      writer.add(streams.get("cpu"), nanos, cpu.percentSince(before));
      writer.add(
          streams.get("load1"), nanos, Double.parseDouble(load.substring(0, load.indexOf(' '))));
      writer.add(
          streams.get("memory_used"),
          nanos,
          memoryUsed(Files.readAllLines(PROC.resolve("meminfo"))));
      before = cpu;
    } catch (IOException | RuntimeException e) {
      // a sample missed is no reason to end the demo; the number of them is told
      lost.incrementAndGet();
    }
  }

  /** MiB in use, from the lines of {@code /proc/meminfo}. */
  static double memoryUsed(List<String> lines) {
    return (kilobytes(lines, "MemTotal:") - kilobytes(lines, "MemAvailable:")) / MEBI_KILOBYTES;
  }

  private static double kilobytes(List<String> lines, String key) {
    for (String line : lines) {
      if (line.startsWith(key)) {
        return Double.parseDouble(line.substring(key.length()).replace("kB", "").trim());
      }
    }
    throw new IllegalArgumentException("meminfo does not tell " + key);
  }

  BtrdbStream cpu() {
    return streams.get("cpu");
  }

  /** Samples that could not be taken, points that could not be stored. */
  long missed() {
    return lost.get();
  }

  /** Ends the sampling; what was sampled is durable when this returns. */
  @Override
  public void close() {
    sampler.shutdown();
    try {
      if (!sampler.awaitTermination(5, TimeUnit.SECONDS)) {
        sampler.shutdownNow();
      }
    } catch (InterruptedException e) {
      sampler.shutdownNow();
      Thread.currentThread().interrupt();
    }
    writer.close();
  }
}
