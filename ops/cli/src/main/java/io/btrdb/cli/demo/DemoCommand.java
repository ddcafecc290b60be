package io.btrdb.cli.demo;

import io.btrdb.cli.cluster.ClusterPlan;
import io.btrdb.cli.cluster.DirectoryOption;
import io.btrdb.cli.cluster.JvmOptions;
import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.cli.cluster.NodeState;
import io.btrdb.cli.cluster.Ports;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Durations;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows on this machine what BTrDB does. */
@Command(
    name = "demo",
    description = {
      "Show in two minutes what BTrDB does.",
      "Starts three nodes on this machine unless they run, loads a year of measurements of a"
          + " three-phase feeder that it generates, zooms from the year to milliseconds, reads an"
          + " old version after changes, kills a leader while writing and proves that nothing"
          + " acknowledged was lost. Ends with 0 only if all of that held."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb demo",
      "  btrdb demo --quick --stop --dir /tmp/demo",
      "",
      "The nodes run on afterwards, for you to try the other verbs; 'btrdb down' stops them."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int NODES = 3;
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final int COLLECTIONS_MAX = 1_000;
  private static final int CHART_ROWS = 5;

  @Mixin private DirectoryOption directory;

  @Option(names = "--quick", description = "Less of everything, in about 30 seconds.")
  private boolean quick;

  @Option(names = "--stop", description = "Stop the nodes at the end; the data stays.")
  private boolean stop;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "gRPC port of the first node when the cluster is founded. Default: ${DEFAULT-VALUE}.")
  private int port = Ports.DEFAULT_BASE;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What the measurements are generated from. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  private final Terminal terminal;

  public DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    try (Interruption interruption = Interruption.watch()) {
      Story story = new Story(terminal, interruption);
      long begun = System.nanoTime();
      LocalCluster cluster = start(story);
      try {
        boolean held = tell(story, cluster);
        story.say("All of this took %s.", Durations.describe(System.nanoTime() - begun));
        return held ? ExitCode.OK : ExitCode.FAILED;
      } catch (Story.Interrupted e) {
        terminal.say("Interrupted.");
        return ExitCode.FAILED;
      } finally {
        leave(cluster);
      }
    }
  }

  private LocalCluster start(Story story) {
    story.chapter("Three nodes");
    long begun = System.nanoTime();
    try (LocalCluster.Lock lock = LocalCluster.lock(directory.get());
        Progress progress = story.progress("waiting", "")) {
      LocalCluster cluster = open();
      List<String> started = cluster.startAll();
      cluster.awaitReady(
          READY_LIMIT,
          states -> {
            story.checkWanted();
            progress.spin(describe(states));
          });
      story.say(
          "%d nodes on %s, data in %s: %s.",
          cluster.nodes().size(),
          String.join(", ", cluster.endpoints()),
          cluster.directory(),
          started.isEmpty()
              ? "they were running"
              : "ready after " + Durations.describe(System.nanoTime() - begun));
      return cluster;
    }
  }

  private LocalCluster open() {
    if (!LocalCluster.exists(directory.get())) {
      return LocalCluster.create(
          directory.get(),
          ClusterPlan.of(Ports.from(port, NODES))
              .withJvmOptions(JvmOptions.of(JvmOptions.DEFAULT_HEAP)));
    }
    LocalCluster cluster = LocalCluster.open(directory.get());
    if (cluster.nodes().size() < NODES) {
      throw new CommandFailed(
          ExitCode.FAILED,
          directory.get()
              + " holds a cluster of "
              + cluster.nodes().size()
              + " nodes, which cannot lose one: give the demo its own with --dir DIR --port N");
    }
    return cluster;
  }

  private static String describe(List<NodeState> states) {
    return states.stream()
        .map(state -> state.node() + ": " + (state.ready() ? "ready" : state.reason()))
        .collect(Collectors.joining("   "));
  }

  private boolean tell(Story story, LocalCluster cluster) throws IOException {
    DemoScale scale = quick ? DemoScale.QUICK : DemoScale.FULL;
    long end =
        TimeUnit.SECONDS.toNanos(TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()));
    Timeline timeline = new Timeline(end, scale.historyStep(), scale.dense());
    PowerGrid grid = new PowerGrid(seed, end, scale.dense().toSeconds());
    try (Btrdb db = Btrdb.connect(cluster.endpoints())) {
      String root = unusedRoot(db);
      Optional<HostMetrics> host = HostMetrics.start(db, root + "/host");
      try {
        story.chapter("A year of measurements");
        Map<Channel, BtrdbStream> streams =
            new Loading(story, grid, timeline).load(db, root + "/feeder1");
        story.chapter("From a year to milliseconds");
        boolean found = new Zoom(story, streams).tell(timeline.start(), end);
        story.chapter("An old version reads the same for ever");
        BtrdbStream changed = streams.get(Channel.FREQ);
        boolean same = new TimeTravel(story, changed).tell(end);
        story.chapter("kill -9 of a leader, under load");
        Failover.Outcome outcome =
            new Failover(story, cluster, db, scale).tell(root + "/failover", end);
        boolean whole = checkCounts(story, streams, changed, timeline);
        host.ifPresent(metrics -> showHost(story, metrics, end));
        story.chapter("Summary");
        return summary(story, root, new Result(found, same, outcome, whole));
      } finally {
        host.ifPresent(HostMetrics::close);
      }
    }
  }

  /** Demos that ran before keep their streams. */
  private static String unusedRoot(Btrdb db) {
    for (int i = 1; i <= COLLECTIONS_MAX; i++) {
      String root = i == 1 ? "demo" : "demo-" + i;
      if (db.collections(root + "/").isEmpty()) {
        return root;
      }
    }
    throw new CommandFailed(
        ExitCode.FAILED, "this cluster holds " + COLLECTIONS_MAX + " demos: use another --dir");
  }

  /** Whether the measurements of the first chapter are all there, after all that was done. */
  private static boolean checkCounts(
      Story story, Map<Channel, BtrdbStream> streams, BtrdbStream changed, Timeline timeline) {
    long missing = 0;
    for (BtrdbStream stream : streams.values()) {
      if (!stream.equals(changed)) {
        missing += Math.abs(timeline.size() - stream.count());
      }
    }
    story.say(
        missing == 0
            ? "The measurements are all there, too: every count is as it was loaded."
            : "WRONG: counts of the measurements differ by " + missing + " points in all.");
    return missing == 0;
  }

  private static void showHost(Story story, HostMetrics metrics, long since) {
    metrics.close();
    story.chapter("This machine, meanwhile");
    long now = metrics.cpu().latest().last().map(point -> point.time()).orElse(since) + 1;
    long width = Math.max(1, (now - since) / story.chartColumns());
    Windows cpu = Windows.read(metrics.cpu().latest(), since, width, story.chartColumns());
    story.say(
        "CPU in percent, sampled ten times a second and stored while all this ran: %,d samples,"
            + " %d missed.",
        cpu.points(), metrics.missed());
    story.show(BandChart.renderWhole(cpu, CHART_ROWS));
  }

  private record Result(boolean found, boolean same, Failover.Outcome failover, boolean whole) {
    boolean held() {
      return found && same && whole && failover.verdict().holds();
    }
  }

  private boolean summary(Story story, String root, Result result) {
    Proof.Verdict verdict = result.failover().verdict();
    item(story, result.found(), "the deepest sag of a year was found by statistics alone");
    item(story, result.same(), "a pinned version read the same after inserts and deletes");
    item(
        story,
        verdict.holds(),
        "with a leader killed, acknowledged writes paused for "
            + Durations.describe(result.failover().pauseNanos())
            + " at most, and every acknowledged point is there exactly once");
    item(story, result.whole(), "the measurements are complete");
    if (!stop) {
      String dir = directory.get().toString();
      story.say("");
      story.say("Next:");
      story.show(
          List.of(
              "  ./btrdb streams " + root + "/",
              "  ./btrdb windows " + root + "/feeder1/L1MAG --width 1d --from now-30d",
              "  ./btrdb values " + root + "/feeder1/FREQ --from now-10m | head",
              "  ./btrdb status --dir " + dir,
              "  ./btrdb down --dir " + dir));
    }
    return result.held();
  }

  private static void item(Story story, boolean held, String claim) {
    story.say((held ? "  yes  " : "  NO   ") + claim);
  }

  private void leave(LocalCluster cluster) {
    if (stop) {
      try (LocalCluster.Lock lock = LocalCluster.lock(cluster.directory())) {
        List<String> killed = cluster.stopAll(STOP_LIMIT);
        terminal.say(
            killed.isEmpty()
                ? "The nodes are stopped; their data is in " + cluster.directory() + "."
                : "These nodes did not stop in time and were killed: " + killed);
      }
    } else {
      terminal.say("The nodes run on. To stop them: ./btrdb down --dir " + cluster.directory());
    }
  }
}
