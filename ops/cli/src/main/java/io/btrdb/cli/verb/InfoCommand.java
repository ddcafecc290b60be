package io.btrdb.cli.verb;

import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.client.Btrdb;
import io.btrdb.client.ServerInfo;
import io.btrdb.client.Topology;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints who serves what. */
@Command(
    name = "info",
    aliases = "topology",
    description = "Print which node leads which shard, as a node of the cluster knows it.",
    footer = {"", "Examples:", "  btrdb info", "  btrdb info -e db1:4410 --format json"})
public final class InfoCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions connection;
  @Mixin private OutputOptions output;

  private final Terminal terminal;

  public InfoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Btrdb db = connection.connect()) {
      ServerInfo server = db.info();
      Topology topology = db.topology();
      terminal.say(
          String.format(
              "Cluster %s, asked %s: protocol %d.%d, build %s, %s; catalog led by %s.",
              topology.clusterId(),
              server.endpoint(),
              server.majorVersion(),
              server.minorVersion(),
              server.build(),
              server.healthy() ? "healthy" : "not all shards have a leader",
              topology.catalogLeader().orElse("nobody")));
      print(topology);
    }
    return ExitCode.OK;
  }

  private void print(Topology topology) {
    try (Rows rows =
        output.open(terminal, "shard", "first slot", "slots", "leader", "term", "replicas")) {
      for (Topology.Shard shard : topology.shards()) {
        rows.integer(shard.number()).integer(shard.firstSlot()).integer(shard.slotCount());
        shard.leader().ifPresentOrElse(rows::text, rows::none);
        rows.integer(shard.term()).text(String.join(" ", shard.replicas())).end();
      }
    }
  }
}
