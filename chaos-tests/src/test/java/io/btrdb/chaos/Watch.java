package io.btrdb.chaos;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import io.btrdb.chaos.history.HistoryWriter;
import io.btrdb.chaos.history.Op;
import io.btrdb.chaos.history.StreamVersion;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.Topology;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Asks every node again and again what it leads, and any node where the shards are, and records the
 * answers. One thread a node, since a node that hangs lets its asker wait.
 */
final class Watch implements AutoCloseable {
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ClusterUnderTest cluster;
  private final HistoryWriter history;
  private final AtomicInteger processes;
  private final Btrdb db;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  private Watch(
      ClusterUnderTest cluster, HistoryWriter history, AtomicInteger processes, Btrdb db) {
    this.cluster = cluster;
    this.history = history;
    this.processes = processes;
    this.db = db;
  }

  static Watch start(
      ClusterUnderTest cluster, HistoryWriter history, AtomicInteger processes, Btrdb db) {
    Watch watch = new Watch(cluster, history, processes, db);
    for (String node : cluster.nodes()) {
      int process = processes.getAndIncrement();
      watch.repeat("watch-" + node, () -> watch.leaders(process, node));
    }
    int process = processes.getAndIncrement();
    watch.repeat("watch-slots", () -> watch.slots(process));
    return watch;
  }

  private void repeat(String name, Runnable question) {
    threads.add(
        Thread.ofPlatform()
            .name(name)
            .start(
                () -> {
                  while (!stopping) {
                    question.run();
                    LockSupport.parkNanos(BETWEEN_NANOS);
                  }
                }));
  }

  private void record(int process, Call call, Supplier<Answer> question) {
    long id = history.invoke(process, call);
    try {
      history.complete(id, Op.Type.OK, question.get(), StreamVersion.NONE);
    } catch (StatusRuntimeException | BtrdbException e) {
      Answer failure = new Answer.Failure(0, String.valueOf(e.getMessage()));
      history.complete(id, Op.Type.FAIL, failure, StreamVersion.NONE);
    }
  }

  /**
   * A node reads role and term of a replica one after the other, so that one that falls in between
   * may name a term that it never led: only what it says twice counts.
   */
  private void leaders(int process, String node) {
    record(
        process,
        new Call.Leaders(node),
        () -> {
          List<Answer.Reign> reigns = new ArrayList<>(reigns(node));
          reigns.retainAll(reigns(node));
          return new Answer.Reigns(reigns);
        });
  }

  private List<Answer.Reign> reigns(String node) {
    HelloResponse hello = new ReplicaGroups(cluster).hello(node);
    List<Answer.Reign> reigns = new ArrayList<>();
    for (GroupState group : hello.getGroupsList()) {
      if (group.getRole().equals("LEADER")) {
        reigns.add(new Answer.Reign(group.getGroup(), group.getTerm(), node));
      }
    }
    return reigns;
  }

  private void slots(int process) {
    record(
        process,
        new Call.Slots("any"),
        () -> {
          List<Topology.Shard> shards = db.topology().shards();
          return new Answer.SlotRanges(
              shards.stream().mapToInt(Topology.Shard::firstSlot).toArray(),
              shards.stream().mapToInt(Topology.Shard::slotCount).toArray());
        });
  }

  /** Records how much each running node holds, where the system tells. */
  void resources() throws IOException {
    int process = processes.getAndIncrement();
    for (String node : cluster.nodes()) {
      OptionalLong pid = cluster.cluster().pid(node);
      Path proc = Path.of("/proc", Long.toString(pid.orElse(0)));
      if (Files.isDirectory(proc)) {
        Map<String, Long> figures =
            Map.of(
                "threads",
                entries(proc.resolve("task")),
                "descriptors",
                entries(proc.resolve("fd")));
        record(process, new Call.Resources(node), () -> new Answer.Figures(figures));
      }
    }
  }

  private static long entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.count();
    }
  }

  void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void close() {
    stopping = true;
    threads.forEach(Thread::interrupt);
  }
}
