package io.btrdb.cli.bench;

import io.btrdb.cli.cluster.CephOptions;
import io.btrdb.cli.cluster.ClusterPlan;
import io.btrdb.cli.cluster.JvmOptions;
import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.cli.cluster.Ports;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.client.Btrdb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how fast a cluster is. */
@Command(
    name = "bench",
    description = {
      "Measure inserts and reads through the Java client.",
      "Starts a fresh cluster on free ports in a temporary folder, fsync on, and removes it at the"
          + " end. Each workload warms up first; rates and CPU seconds are medians over the runs,"
          + " percentiles over all calls. CPU seconds are those of one run. Goals are printed"
          + " beside what was reached, and decide nothing.",
      "Bulk inserts are asynchronous, from --writers threads with --in-flight batches under way;"
          + " all data is made beforehand.",
      "With --ceph it compares instead: the same inserts and reads, cold and warm, on a cluster with"
          + " the nodes' disks and then on one with that pool, with CPU seconds and reads of the pool."
    },
    footer = {
      "",
      "Workloads for --only: insert-q (values of three decimals), insert-n (full mantissa), batches"
          + " (120 points over 64 streams), points (single, 64 callers), unary (the same by v5"
          + " calls), reads, replica-reads (64 callers, from the leader and from all replicas).",
      "",
      "Examples:",
      "  btrdb bench",
      "  btrdb bench --nodes 1 --only insert-q",
      "  btrdb bench --only reads --quick --profile",
      "  btrdb bench --ceph /etc/ceph/ceph.conf --runs 1"
    })
public final class BenchCommand implements Callable<Integer> {
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final int QUICK_POINTS = 1_000_000;

  @Option(
      names = {"-n", "--nodes"},
      paramLabel = "N",
      description = "Nodes of the cluster: 1, 3 or 5. Default: ${DEFAULT-VALUE}.")
  private int nodes = 3;

  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      description =
          "Where to put the cluster, a new folder, which stays. Default: a temporary one.")
  private Path directory;

  @Option(
      names = {"-e", "--endpoint"},
      paramLabel = "HOST:PORT",
      split = ",",
      description =
          "Measure this running cluster instead; CPU seconds of nodes and bytes stay unknown.")
  private String[] endpoints;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Run these workloads only.")
  private List<String> only = List.of();

  @Mixin private CephOptions ceph = new CephOptions();

  @Option(names = "--quick", description = "A tenth of the points, one short run.")
  private boolean quick;

  @Option(
      names = "--points",
      paramLabel = "N",
      description = "Points of a run of bulk inserts, and of the stream read. Default: 10000000.")
  private Integer points;

  @Option(names = "--runs", paramLabel = "N", description = "Measured repetitions. Default: 3.")
  private Integer runs;

  @Option(
      names = "--writers",
      paramLabel = "N",
      description = "Threads that send asynchronous inserts. Default: ${DEFAULT-VALUE}.")
  private int writers = 2;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      description = "Batches under way over all writers. Default: ${DEFAULT-VALUE}.")
  private int inFlight = 64;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "Java heap of each node. Default: ${DEFAULT-VALUE}.")
  private String heap = JvmOptions.DEFAULT_HEAP;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Where the figures go as JSON. Default: ${DEFAULT-VALUE}.")
  private Path json = Path.of("bench-results.json");

  @Option(
      names = "--profile",
      description = "Write flight recordings of all nodes and of the client to bench-profile/.")
  private boolean profile;

  private final Terminal terminal;
  private double loadBefore;

  public BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    loadBefore = Machine.load();
    Settings settings = settings();
    List<Workload> workloads = workloads();
    try (Interruption interruption = Interruption.watch()) {
      if (ceph.present()) {
        return new PoolComparison(terminal, interruption, settings, nodes, heap)
            .run(ceph.storage());
      }
      if (endpoints != null) {
        try (Target target = Target.of(endpoints)) {
          return measure(target, settings, workloads, interruption);
        }
      }
      return onFreshCluster(settings, workloads, interruption);
    }
  }

  private Settings settings() {
    return quick
        ? new Settings(or(points, QUICK_POINTS), or(runs, 1), writers, inFlight, 3, 50)
        : new Settings(or(points, Settings.POINTS), or(runs, 3), writers, inFlight, 10, 200);
  }

  private static int or(Integer given, int otherwise) {
    return given == null ? otherwise : given;
  }

  private List<Workload> workloads() {
    List<String> known = Workload.all().stream().map(Workload::name).toList();
    for (String name : only) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "there is no workload '" + name + "', only " + String.join(", ", known));
      }
    }
    return Workload.all().stream()
        .filter(workload -> only.isEmpty() || only.contains(workload.name()))
        .toList();
  }

  private int onFreshCluster(Settings settings, List<Workload> workloads, Interruption interruption)
      throws IOException {
    Path folder = directory == null ? Files.createTempDirectory("btrdb-bench-") : directory;
    Path profiles = Path.of("bench-profile").toAbsolutePath();
    List<String> options = JvmOptions.of(heap);
    ClusterPlan plan =
        ClusterPlan.of(Ports.free(nodes))
            .withJvmOptions(profile ? Profiling.nodeOptions(options, profiles) : options);
    try (Profiling unused = profile ? Profiling.start(profiles) : null) {
      LocalCluster cluster = LocalCluster.create(folder, plan);
      try {
        cluster.startAll();
        cluster.awaitReady(READY_LIMIT);
        try (Target target = Target.of(cluster)) {
          return measure(target, settings, workloads, interruption);
        }
      } finally {
        cluster.stopAll(STOP_LIMIT);
      }
    } finally {
      if (directory == null) {
        delete(folder);
      }
      if (profile) {
        terminal.say("Flight recordings are in " + profiles + ".");
      }
    }
  }

  private int measure(
      Target target, Settings settings, List<Workload> workloads, Interruption interruption)
      throws IOException {
    List<Figure> figures = new ArrayList<>();
    try (Btrdb db = target.connect()) {
      Machine machine = Machine.here(loadBefore, db.info().build());
      terminal.print(machine.toString());
      if (machine.isBusy()) {
        terminal.print(
            String.format(
                "Others use this machine, its load was %.1f: figures are too low.", loadBefore));
      }
      terminal.print(target.nodes() + " nodes, " + settings);
      Bench bench = new Bench(terminal, interruption, target, db, settings);
      int exitCode = ExitCode.OK;
      try {
        for (Workload workload : workloads) {
          terminal.say(workload.name() + " ...");
          figures.addAll(workload.run(bench));
        }
      } catch (Bench.Interrupted e) {
        terminal.say("Interrupted; what was measured so far:");
        exitCode = ExitCode.FAILED;
      }
      ResultTable.render(figures).forEach(terminal::print);
      new Results(Instant.now(), machine, target.nodes(), settings, figures).write(json);
      terminal.say("The figures are in " + json.toAbsolutePath() + ".");
      return exitCode;
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }
}
