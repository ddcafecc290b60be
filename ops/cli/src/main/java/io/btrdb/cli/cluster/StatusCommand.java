package io.btrdb.cli.cluster;

import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.Topology;
import io.btrdb.node.config.NodeConfig.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows how the nodes of a cluster on this machine are. */
@Command(
    name = "status",
    description = {
      "Show how the nodes of the cluster on this machine are, what they lead, how far they have"
          + " applied the log of each shard, and how much of it is not in the trees yet.",
      "Of a cluster anywhere, with its ranges, disks and moves: btrdb cluster status.",
      "Exit code 0 when all are ready, 4 when some are, 3 when none is."
    },
    footer = {"", "Examples:", "  btrdb status", "  btrdb status --format json"})
public final class StatusCommand implements Callable<Integer> {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  @Mixin private DirectoryOption directory;
  @Mixin private OutputOptions output;

  private final Terminal terminal;

  public StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    LocalCluster cluster = LocalCluster.open(directory.get());
    List<NodeState> states = cluster.nodes().stream().map(cluster::state).toList();
    Optional<Topology> topology = topology(cluster, states);
    try (Rows rows =
        output.open(terminal, "node", "address", "pid", "state", "leads", "applied", "backlog")) {
      for (NodeState state : states) {
        print(cluster, state, topology, rows);
      }
    }
    long ready = states.stream().filter(NodeState::ready).count();
    if (ready < states.size()) {
      terminal.say(ready + " of " + states.size() + " nodes are ready. " + advice(states));
    }
    return ready == states.size()
        ? ExitCode.OK
        : ready > 0 ? ExitCode.PARTIAL : ExitCode.UNREACHABLE;
  }

  private static String advice(List<NodeState> states) {
    return states.stream().allMatch(NodeState::isRunning)
        ? "'btrdb logs NODE' tells what they are doing."
        : "'btrdb up' starts those that are down.";
  }

  private void print(
      LocalCluster cluster, NodeState state, Optional<Topology> topology, Rows rows) {
    Member self = cluster.config(state.node()).self();
    rows.text(state.node()).text(self.grpc());
    state.pid().ifPresentOrElse(rows::integer, rows::none);
    rows.text(state.ready() ? "ready" : state.reason());
    topology.map(map -> leads(map, state.node())).ifPresentOrElse(rows::text, rows::none);
    NodeMetrics metrics = NodeMetrics.parse(state.isRunning() ? cluster.metrics(state.node()) : "");
    metrics.applied().ifPresentOrElse(rows::text, rows::none);
    metrics.backlog().ifPresentOrElse(rows::text, rows::none);
    rows.end();
  }

  private static String leads(Topology topology, String node) {
    String shards =
        topology.shards().stream()
            .filter(shard -> shard.leader().equals(Optional.of(node)))
            .map(shard -> Integer.toString(shard.number()))
            .collect(Collectors.joining(","));
    boolean catalog = topology.catalogLeader().equals(Optional.of(node));
    String leads = (shards.isEmpty() ? "" : "shard " + shards) + (catalog ? " catalog" : "");
    return leads.isEmpty() ? "nothing" : leads.trim();
  }

  /** From a node that is up; leaders are unknown while none answers. */
  private static Optional<Topology> topology(LocalCluster cluster, List<NodeState> states) {
    String[] up =
        states.stream()
            .filter(NodeState::isRunning)
            .map(state -> cluster.endpoint(state.node()))
            .toArray(String[]::new);
    if (up.length == 0) {
      return Optional.empty();
    }
    try (Btrdb db =
        Btrdb.builder()
            .endpoints(up)
            .connectTimeout(CONNECT_TIMEOUT)
            .deadline(CONNECT_TIMEOUT)
            .connect()) {
      return Optional.of(db.topology());
    } catch (BtrdbException e) {
      // The states of the nodes, which are printed anyway, say why.
      return Optional.empty();
    }
  }
}
