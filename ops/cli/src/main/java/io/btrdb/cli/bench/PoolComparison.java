package io.btrdb.cli.bench;

import io.btrdb.cli.cluster.ClusterPlan;
import io.btrdb.cli.cluster.JvmOptions;
import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.cli.cluster.Ports;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.PointCursor;
import io.btrdb.client.WindowCursor;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.pool.PoolAccess;
import io.btrdb.node.pool.RadosAccess;
import io.btrdb.storage.SegmentStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The nodes' own disks beside a pool, in one run on one machine: first a cluster of the one kind,
 * then one of the other. Reads are cold when all nodes have just been started again, warmed up on
 * other streams; what the kernel and Ceph's daemons have in memory stays there, for both.
 */
final class PoolComparison {
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final int SHARDS = 3;
  private static final int STREAMS = 10;
  private static final int BATCH = 10_000;
  private static final int WINDOWS = 1_000;

  /** As many as it takes for each shard to have one, most likely. */
  private static final int WARM_STREAMS = 8;

  private static final int WARM_POINTS = 100_000;
  private static final int WARM_ROUNDS = 10;
  private static final String READS = "btrdb_pool_reads_total";
  private static final String READ_BYTES = "btrdb_pool_read_bytes_total";

  private final Terminal terminal;
  private final Interruption interruption;
  private final Settings settings;
  private final int nodes;
  private final String heap;

  PoolComparison(
      Terminal terminal, Interruption interruption, Settings settings, int nodes, String heap) {
    this.terminal = terminal;
    this.interruption = interruption;
    this.settings = settings;
    this.nodes = nodes;
    this.heap = heap;
  }

  /** By what was measured, one figure of each run; the median is told. */
  private static final class Sheet {
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    void add(String what, double figure) {
      figures.computeIfAbsent(what, name -> new ArrayList<>()).add(figure);
    }

    double median(String what) {
      return Series.median(
          figures.getOrDefault(what, List.of()).stream()
              .mapToDouble(Double::doubleValue)
              .toArray());
    }
  }

  int run(NodeConfig.Storage storage) throws IOException {
    String name = "bench-" + UUID.randomUUID();
    terminal.print(nodes + " nodes, " + settings);
    try {
      Sheet local = measure("local", NodeConfig.Storage.DEFAULTS, name);
      Sheet ceph = measure("ceph", storage, name);
      terminal.print(String.format("%-58s %14s %14s", "", "LOCAL", "CEPH"));
      for (String what : local.figures.keySet()) {
        terminal.print(
            String.format(
                Locale.ROOT, "%-58s %,14.1f %,14.1f", what, local.median(what), ceph.median(what)));
      }
      return ExitCode.OK;
    } catch (Bench.Interrupted e) {
      terminal.say("Interrupted.");
      return ExitCode.FAILED;
    } finally {
      clear(storage.pool().orElseThrow(), name);
    }
  }

  private Sheet measure(String what, NodeConfig.Storage storage, String name) throws IOException {
    terminal.say(what + " ...");
    Path folder = Files.createTempDirectory("btrdb-bench-");
    LocalCluster cluster =
        LocalCluster.create(
            folder,
            ClusterPlan.of(Ports.free(nodes))
                .withShards(SHARDS)
                .withJvmOptions(JvmOptions.of(heap))
                .withAdjustment(config -> config.withStorage(storage).withCluster(name)));
    try {
      cluster.startAll();
      cluster.awaitReady(READY_LIMIT);
      Sheet sheet = new Sheet();
      List<BtrdbStream> streams = new ArrayList<>();
      List<BtrdbStream> warm = new ArrayList<>();
      try (Target target = Target.of(cluster);
          Btrdb db = target.connect()) {
        Bench bench = new Bench(terminal, interruption, target, db, settings);
        writes(bench, sheet);
        for (int i = 0; i < WARM_STREAMS; i++) {
          warm.add(Reads.load(bench, WARM_POINTS));
        }
        streams.add(Reads.load(bench, settings.points() / 10));
        streams.add(Reads.load(bench, settings.points()));
      }
      for (int run = 0; run < settings.runs(); run++) {
        afresh(cluster, warm, (target, db) -> windows(target, db, streams, sheet));
        afresh(cluster, warm, (target, db) -> scans(target, db, streams, sheet));
      }
      return sheet;
    } finally {
      cluster.stopAll(STOP_LIMIT);
      delete(folder);
    }
  }

  private void writes(Bench bench, Sheet sheet) {
    int perStream = settings.points() / STREAMS;
    double[][][] values = new double[STREAMS][][];
    for (int s = 0; s < STREAMS; s++) {
      values[s] = Dataset.cut(Dataset.values(Dataset.Kind.Q, s, perStream), BATCH);
    }
    AsyncInsert.Batches batches = new AsyncInsert.Batches(Dataset.times(perStream, BATCH), values);
    AsyncInsert insert = new AsyncInsert(bench, settings.writers(), settings.inFlight());
    for (int run = -1; run < settings.runs(); run++) {
      List<BtrdbStream> streams = bench.newStreams(STREAMS);
      double cephBefore = cephCpuSeconds();
      Usage before = bench.usageBefore();
      long begun = System.nanoTime();
      Series.Run written = insert.run(streams, batches, new Series("", "", ""));
      bench.settle(streams);
      double seconds = (System.nanoTime() - begun) / 1e9;
      Usage used = bench.usageSince(before);
      double ceph = cephCpuSeconds() - cephBefore;
      if (run >= 0) {
        sheet.add("inserts acknowledged, 1,000 points/s", written.rate() / 1e3);
        sheet.add("inserts until in the trees, 1,000 points/s", written.count() / seconds / 1e3);
        sheet.add("  CPU-seconds of the client", used.clientCpuSeconds());
        sheet.add("  CPU-seconds of the nodes", used.nodesCpuSeconds());
        sheet.add("  CPU-seconds of Ceph's daemons", ceph);
        sheet.add(
            "  CPU-seconds together", used.clientCpuSeconds() + used.nodesCpuSeconds() + ceph);
        sheet.add("  bytes of log a value", used.logBytes() / written.count());
      }
    }
  }

  private interface Measurement {
    void run(Target target, Btrdb db);
  }

  /** Stops and starts all nodes, lets them compile what reads need, and measures. */
  private void afresh(LocalCluster cluster, List<BtrdbStream> warm, Measurement measurement) {
    checkWanted();
    cluster.stopAll(STOP_LIMIT);
    cluster.startAll();
    cluster.awaitReady(READY_LIMIT);
    try (Target target = Target.of(cluster);
        Btrdb db = target.connect()) {
      for (int i = 0; i < WARM_ROUNDS; i++) {
        for (BtrdbStream stream : warm) {
          checkWanted();
          windows(db.stream(stream.uuid()), WARM_POINTS);
          scan(db.stream(stream.uuid()), WARM_POINTS);
        }
      }
      measurement.run(target, db);
    }
  }

  private void checkWanted() {
    if (interruption.requested()) {
      throw new Bench.Interrupted();
    }
  }

  private void windows(Target target, Btrdb db, List<BtrdbStream> streams, Sheet sheet) {
    for (int i = 0; i < streams.size(); i++) {
      int points = points(i);
      BtrdbStream stream = db.stream(streams.get(i).uuid());
      String what = String.format(Locale.ROOT, "1,000 windows over %,d points", points);
      double reads = target.sum(READS);
      double bytes = target.sum(READ_BYTES);
      sheet.add(what + ", cold, ms", millis(() -> windows(stream, points)));
      sheet.add(what + ", cold, reads of the pool", target.sum(READS) - reads);
      sheet.add(what + ", cold, kB read from the pool", (target.sum(READ_BYTES) - bytes) / 1e3);
      List<Double> warm = new ArrayList<>();
      for (int round = 0; round < settings.queries(); round++) {
        warm.add(millis(() -> windows(stream, points)));
      }
      sheet.add(
          what + ", warm, ms",
          Series.median(warm.stream().mapToDouble(Double::doubleValue).toArray()));
    }
  }

  private void scans(Target target, Btrdb db, List<BtrdbStream> streams, Sheet sheet) {
    for (int i = 0; i < streams.size(); i++) {
      int points = points(i);
      BtrdbStream stream = db.stream(streams.get(i).uuid());
      String what = String.format(Locale.ROOT, "scan of %,d points", points);
      double reads = target.sum(READS);
      double bytes = target.sum(READ_BYTES);
      sheet.add(what + ", cold, 1,000 points/s", points / millis(() -> scan(stream, points)));
      sheet.add(what + ", cold, reads of the pool", target.sum(READS) - reads);
      sheet.add(what + ", cold, kB read from the pool", (target.sum(READ_BYTES) - bytes) / 1e3);
      sheet.add(what + ", warm, 1,000 points/s", points / millis(() -> scan(stream, points)));
    }
  }

  private int points(int stream) {
    return stream == 0 ? settings.points() / 10 : settings.points();
  }

  private static double millis(Runnable work) {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e6;
  }

  private static void windows(BtrdbStream stream, int points) {
    long width = (Dataset.time(points) - Dataset.START) / WINDOWS;
    long count = 0;
    try (WindowCursor cursor =
        stream.windows(Dataset.START, Dataset.START + WINDOWS * width, width)) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          count += cursor.count(i);
        }
      }
    }
    check(count, points, points - 1L - Dataset.HERTZ);
  }

  private static void scan(BtrdbStream stream, int points) {
    long count = 0;
    try (PointCursor cursor = stream.values(Dataset.START, Dataset.time(points))) {
      while (cursor.next()) {
        count += cursor.size();
      }
    }
    check(count, points, points);
  }

  private static void check(long count, long most, long least) {
    if (count > most || count < least) {
      throw new IllegalStateException("a read found " + count + " points of " + most);
    }
  }

  /** Of all that run on this machine. */
  private static double cephCpuSeconds() {
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      return processes
          .filter(process -> process.info().command().orElse("").matches(".*/ceph-(mon|osd|mgr)"))
          .mapToDouble(process -> UsageMeter.cpuSeconds(process.pid()))
          .sum();
    }
  }

  /** Leaves nothing of the cluster in the pool. */
  private static void clear(NodeConfig.Pool pool, String name) {
    try (PoolAccess access = new RadosAccess.Opener(pool).open(name)) {
      access.objects().list("").forEach(access.objects()::delete);
      try (SegmentStore segments = access.segments("000001")) {
        for (int shard = 0; shard < SHARDS; shard++) {
          segments.list(shard).forEach(segments::delete);
        }
      }
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
