package io.btrdb.consensus;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures one group of three replicas in this JVM, with fsync, and prints a table. Arguments: a
 * folder on a disk, seconds per row.
 */
final class LogThroughput {
  private static final OperatingSystemMXBean CPU =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private LogThroughput() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "throughput");
    int seconds = Integer.parseInt(args[1]);
    System.out.println(
        "in flight | command x outstanding | commands/s |   MB/s | p50 ms | p99 ms | CPU-s/GB");
    try {
      for (int inFlight : new int[] {1, 2, 4, 8}) {
        RaftOptions options =
            RaftOptions.DEFAULTS.withBatching(
                RaftOptions.Batching.DEFAULTS.withEntriesInFlight(inFlight));
        Path own = folder.resolve("in-flight-" + inFlight);
        GroupId group = TestCluster.newGroup();
        try (TestCluster cluster =
            new TestCluster(own, options)
                .machines(id -> any -> new ForgetfulMachine())
                .create(group)) {
          ReplicatedLog log = cluster.log(cluster.leader(group), group);
          row(log, inFlight, 64 << 10, 8, 3, false);
          row(log, inFlight, 64 << 10, 8, seconds, true);
          row(log, inFlight, 64 << 10, 128, seconds, true);
          row(log, inFlight, 1 << 10, 1, seconds, true);
          row(log, inFlight, 1 << 10, 256, seconds, true);
          row(log, inFlight, 1 << 10, 4096, seconds, true);
          if (inFlight == 4) {
            reads(log);
            idle();
          }
        }
        Folders.delete(own);
      }
    } finally {
      Folders.delete(folder);
    }
  }

  private static void row(
      ReplicatedLog log, int inFlight, int size, int outstanding, int seconds, boolean print)
      throws Exception {
    byte[] command = new byte[size];
    new Random(1).nextBytes(command);
    Semaphore slots = new Semaphore(outstanding);
    AtomicLong done = new AtomicLong();
    ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    long cpu = CPU.getProcessCpuTime();
    long start = System.nanoTime();
    Thread[] writers = new Thread[Math.min(8, outstanding)];
    for (int t = 0; t < writers.length; t++) {
      writers[t] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (System.nanoTime() - start < seconds * 1_000_000_000L) {
                      slots.acquireUninterruptibly();
                      long sent = System.nanoTime();
                      log.submit(command)
                          .whenComplete(
                              (outcome, error) -> {
                                if (error != null) {
                                  error.printStackTrace();
                                }
                                nanos.add(System.nanoTime() - sent);
                                done.incrementAndGet();
                                slots.release();
                              });
                    }
                  });
    }
    for (Thread writer : writers) {
      writer.join();
    }
    slots.acquireUninterruptibly(outstanding);
    double elapsed = (System.nanoTime() - start) / 1e9;
    double cpuSeconds = (CPU.getProcessCpuTime() - cpu) / 1e9;
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    double gigabytes = done.get() * (double) size / 1e9;
    if (print) {
      System.out.printf(
          "%9d | %7d x %11d | %10.0f | %6.1f | %6.2f | %6.2f | %8.1f%n",
          inFlight,
          size,
          outstanding,
          done.get() / elapsed,
          gigabytes * 1000 / elapsed,
          sorted[sorted.length / 2] / 1e6,
          sorted[(int) (sorted.length * 0.99)] / 1e6,
          cpuSeconds / gigabytes);
    }
  }

  private static void reads(ReplicatedLog log) {
    int warm = 50_000;
    int count = 200_000;
    long start = 0;
    int failed = 0;
    for (int i = 0; i < warm + count; i++) {
      if (i == warm) {
        start = System.nanoTime();
      }
      try {
        log.linearize().join();
      } catch (RuntimeException e) {
        failed++;
      }
    }
    System.out.printf(
        "linearize under a lease, one thread: %.2f us each, %d failed%n",
        (System.nanoTime() - start) / 1e3 / count, failed);
  }

  private static void idle() throws InterruptedException {
    long cpu = CPU.getProcessCpuTime();
    Thread.sleep(5000);
    System.out.printf(
        "idle: %.3f cores and %d threads for three nodes with one group each%n",
        (CPU.getProcessCpuTime() - cpu) / 5e9, Thread.activeCount());
  }
}
