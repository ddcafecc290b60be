package io.btrdb.consensus;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Measures, with three nodes in this JVM and fsync, what groups cost when nothing happens, and how
 * long acknowledgements pause when leaders are moved or closed. Arguments: a folder on a disk, the
 * number of groups, rounds.
 */
final class LeadershipTiming {
  private static final OperatingSystemMXBean CPU =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int NODES = 3;
  private static final long IDLE_SECONDS = 10;

  private final TestCluster cluster;
  private final List<GroupId> groups;

  private LeadershipTiming(TestCluster cluster, List<GroupId> groups) {
    this.cluster = cluster;
    this.groups = groups;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "leadership");
    int rounds = Integer.parseInt(args[2]);
    List<GroupId> groups = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
      groups.add(TestCluster.newGroup());
    }
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    long heap = heapBytes();
    try (TestCluster cluster =
        new TestCluster(folder, RaftOptions.DEFAULTS)
            .machines(id -> any -> new ForgetfulMachine())
            .create(groups.toArray(GroupId[]::new))) {
      LeadershipTiming timing = new LeadershipTiming(cluster, groups);
      groups.forEach(cluster::leader);
      timing.idle(threads, heap);
      timing.moves(rounds);
      timing.closes(rounds);
      System.exit(0);
    }
  }

  private void idle(int threadsBefore, long heapBefore) throws InterruptedException {
    int replicas = NODES * groups.size();
    long cpu = CPU.getProcessCpuTime();
    long began = System.nanoTime();
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    double cores = (double) (CPU.getProcessCpuTime() - cpu) / (System.nanoTime() - began);
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    System.out.printf(
        "idle, %d replicas: %.1f threads, %.2f MB heap, %.2f MB direct, %.2f %% of a core each%n",
        replicas,
        (double) (ManagementFactory.getThreadMXBean().getThreadCount() - threadsBefore) / replicas,
        (heapBytes() - heapBefore) / 1e6 / replicas,
        direct / 1e6 / replicas,
        100 * cores / replicas);
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private void moves(int rounds) throws Exception {
    List<Long> calls = new ArrayList<>();
    List<Long> pauses = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (GroupId group : groups) {
        PeerId from = cluster.leader(group);
        PeerId to = cluster.follower(group);
        try (Writer writer = new Writer(group, log -> log.role().ready())) {
          long began = System.nanoTime();
          try {
            cluster.log(from, group).transferLeadership(to, Duration.ofSeconds(3)).join();
          } catch (CompletionException e) {
            System.out.println("  " + e.getCause());
          }
          calls.add(System.nanoTime() - began);
          writer.awaitMore(20);
          pauses.add(writer.longest);
        }
      }
    }
    print("transferLeadership", calls);
    print("pause of a transfer", pauses);
  }

  private void closes(int rounds) throws Exception {
    List<Long> pauses = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      PeerId victim = cluster.leader(groups.get(0));
      List<Writer> writers = new ArrayList<>();
      for (GroupId group : groups) {
        if (cluster.leader(group).equals(victim)) {
          writers.add(new Writer(group, log -> log.role().ready()));
        }
      }
      cluster.stop(victim);
      for (Writer writer : writers) {
        writer.awaitMore(20);
        pauses.add(writer.longest);
        writer.close();
      }
      cluster.start(victim);
      groups.forEach(cluster::leader);
    }
    print("pause when a node is closed", pauses);
  }

  private static void print(String what, List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "%-28s n %3d  p50 %4d  p90 %4d  p99 %4d  max %4d ms%n",
        what,
        sorted.length,
        millis(sorted, 0.5),
        millis(sorted, 0.9),
        millis(sorted, 0.99),
        millis(sorted, 1));
  }

  private static long millis(long[] sorted, double part) {
    return sorted.length == 0
        ? -1
        : sorted[(int) Math.min(sorted.length - 1, Math.floor(part * sorted.length))] / 1_000_000;
  }

  /** Submits one command after the other to whoever leads. */
  private final class Writer implements AutoCloseable {
    private final GroupId group;
    private final Predicate<ReplicatedLog> ready;
    private final Thread thread;
    private volatile boolean ended;
    private volatile long acknowledged;
    private volatile long longest;

    Writer(GroupId group, Predicate<ReplicatedLog> ready) {
      this.group = group;
      this.ready = ready;
      this.thread = Thread.ofPlatform().start(this::run);
      awaitMore(5);
      longest = 0;
    }

    private void run() {
      long last = System.nanoTime();
      while (!ended) {
        for (PeerId id : cluster.running()) {
          RaftNode node = cluster.node(id);
          if (node != null && node.group(group).map(ready::test).orElse(false)) {
            last = submit(node, last);
          }
        }
        LockSupport.parkNanos(2_000_000);
      }
    }

    private long submit(RaftNode node, long last) {
      try {
        node.group(group).orElseThrow().submit(new byte[100]).get(5, TimeUnit.SECONDS);
      } catch (TimeoutException | ExecutionException | NoSuchElementException e) {
        return last;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return last;
      }
      long now = System.nanoTime();
      longest = Math.max(longest, now - last);
      acknowledged++;
      return now;
    }

    void awaitMore(int count) {
      long target = acknowledged + count;
      TestCluster.await("acknowledgements", () -> acknowledged >= target);
    }

    @Override
    public void close() throws InterruptedException {
      ended = true;
      thread.join();
    }
  }
}
