package io.btrdb.cli.cluster;

import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.Durations;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a cluster on this machine. */
@Command(
    name = "up",
    description = {
      "Start a cluster on this machine and wait until it is ready.",
      "The first time, it is founded in its folder; later, its data is there again. Nodes that run"
          + " already are left alone."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb up                          three nodes on 4410, 4420 and 4430",
      "  btrdb up --nodes 1 --dir /tmp/b1 --port 5010",
      "  btrdb up --heap 2g",
      "  btrdb up --ceph /etc/ceph/ceph.conf",
      "  btrdb up --keys                   callers need an API key",
      "",
      "Each node's settings are in DIR/nX/node.yaml, its Java options in DIR/nX/jvm.options, its"
          + " log in DIR/nX/node.log."
    })
public final class UpCommand implements Callable<Integer> {
  private static final int DEFAULT_NODES = 3;

  @Mixin private DirectoryOption directory;

  @Option(
      names = {"-n", "--nodes"},
      paramLabel = "N",
      description = "How many nodes: 1, 3 or 5. Default: as many as there are, 3 at first.")
  private Integer count;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "gRPC port of the first node when a cluster is founded; HTTP is at +2, Raft at +3, the"
              + " next node at +10. Default: 4410.")
  private Integer port;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "Java heap of each node, as 512m or 2g; kept for later starts. Default: 1g.")
  private String heap;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "90s",
      converter = Converters.Length.class,
      description = "How long to wait until all are ready. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(90);

  @Mixin private CephOptions ceph = new CephOptions();
  @Mixin private KeysOption keys = new KeysOption();

  private final Terminal terminal;

  public UpCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    long begun = System.nanoTime();
    List<String> started;
    LocalCluster cluster;
    try (LocalCluster.Lock lock = LocalCluster.lock(directory.get())) {
      cluster = cluster();
      if (heap != null) {
        cluster.setJvmOptions(JvmOptions.of(heap));
      }
      if (asksForKeys(cluster)) {
        KeysOption.makeSecret(directory.get());
      }
      started = cluster.startAll();
      awaitReady(cluster);
    }
    report(cluster, started, System.nanoTime() - begun);
    return ExitCode.OK;
  }

  private LocalCluster cluster() {
    int nodes = count == null ? LocalCluster.size(directory.get()).orElse(DEFAULT_NODES) : count;
    int base = port == null ? Ports.DEFAULT_BASE : port;
    if (port != null && LocalCluster.exists(directory.get())) {
      checkPort();
    }
    if (ceph.present() && LocalCluster.exists(directory.get())) {
      checkStorage();
    }
    if (keys.present() && LocalCluster.exists(directory.get())) {
      checkKeys();
    }
    return LocalCluster.create(
        directory.get(),
        ClusterPlan.of(Ports.from(base, nodes))
            .withJvmOptions(JvmOptions.of(heap == null ? JvmOptions.DEFAULT_HEAP : heap))
            .withAdjustment(
                config ->
                    config
                        .withStorage(ceph.storage())
                        .withSecurity(keys.security(directory.get()))));
  }

  /** By a secret of this command's making; one of the operator's is in another file. */
  private boolean asksForKeys(LocalCluster cluster) {
    return cluster
        .config(cluster.nodes().get(0))
        .security()
        .clusterSecretFile()
        .filter(KeysOption.secretFile(directory.get())::equals)
        .isPresent();
  }

  private void checkKeys() {
    if (!LocalCluster.open(directory.get()).config("n1").security().keys()) {
      throw new ClusterProblem(
          directory.get()
              + " holds a cluster that asks for no keys: leave out --keys, or change 'security' in"
              + " each node.yaml, see docs/security.md");
    }
  }

  private void checkPort() {
    int there = LocalCluster.open(directory.get()).config("n1").self().grpcPort();
    if (there != port) {
      throw new ClusterProblem(
          directory.get()
              + " holds a cluster on port "
              + there
              + ": leave out --port, or found another cluster with --dir DIR");
    }
  }

  private void checkStorage() {
    if (!LocalCluster.open(directory.get()).config("n1").storage().equals(ceph.storage())) {
      throw new ClusterProblem(
          directory.get()
              + " holds a cluster whose segments are elsewhere: leave out --ceph, or change"
              + " 'storage' and 'pool' in each node.yaml");
    }
  }

  private void awaitReady(LocalCluster cluster) {
    try (Progress progress = new Progress(terminal, "waiting", "")) {
      cluster.awaitReady(timeout, states -> progress.spin(describe(states)));
    }
  }

  private static String describe(List<NodeState> states) {
    return states.stream()
        .map(state -> state.node() + ": " + (state.ready() ? "ready" : state.reason()))
        .collect(Collectors.joining("   "));
  }

  private void report(LocalCluster cluster, List<String> started, long nanos) {
    if (started.isEmpty()) {
      terminal.say("All " + cluster.nodes().size() + " nodes are running already.");
    } else {
      terminal.say(
          String.format(
              "%d of %d nodes started in %s.",
              started.size(), cluster.nodes().size(), Durations.describe(nanos)));
    }
    for (String node : cluster.nodes()) {
      var member = cluster.config(node).self();
      terminal.say(
          String.format(
              "  %s  %s  http://%s/  pid %d",
              node, member.grpc(), member.http(), cluster.pid(node).orElse(0)));
    }
    terminal.say("Data is in " + cluster.directory() + ". Next:");
    String endpoints = endpointsHint(cluster);
    if (asksForKeys(cluster)) {
      hint(
          "make the first key",
          "btrdb keys create NAME --admin --cluster-secret-file "
              + KeysOption.secretFile(directory.get())
              + endpoints);
      hint("use a key", "export BTRDB_API_KEY=KEY");
    }
    hint("load measurements", "btrdb load FILE.csv --collection C" + endpoints);
    hint("see what is there", "btrdb streams" + endpoints);
    hint("see how the nodes are", "btrdb status" + directory.hint());
    hint("stop; the data stays", "btrdb down" + directory.hint());
  }

  private String endpointsHint(LocalCluster cluster) {
    boolean usual = cluster.endpoint("n1").equals("127.0.0.1:" + Ports.DEFAULT_BASE);
    return usual ? "" : " -e " + cluster.endpoint("n1");
  }

  private void hint(String what, String command) {
    terminal.say(String.format("  %-23s%s", what, command));
  }
}
