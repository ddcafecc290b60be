package io.btrdb.cli.admin;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.cli.output.Format;
import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.verb.ConnectionOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Verbs that print one table of a cluster, for people or for programs. */
final class ShowCommands {
  private ShowCommands() {}

  /** The nodes. */
  @Command(
      name = "nodes",
      description = {
        "Print the nodes of a cluster: how they are, what they hold and lead, their disks.",
        "As csv and json: sizes in bytes, rates in points a second, lag in entries."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb cluster nodes",
        "  btrdb cluster nodes -f csv | cut -d, -f1,2",
        "  btrdb cluster nodes -f json -e db1:4410"
      })
  static final class Nodes implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;

    private final Terminal terminal;

    Nodes(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (AdminClient admin = AdminClient.open(connection)) {
        ClusterStatus status = admin.status();
        try (Rows rows = output.open(terminal, ClusterTables.NODES)) {
          new ClusterTables(rows, output.format() == Format.TABLE).nodes(status);
        }
      }
      return ExitCode.OK;
    }
  }

  /** The ranges. */
  @Command(
      name = "ranges",
      description = {
        "Print the ranges of a cluster, each of them a shard, and the catalog: who leads them,"
            + " which nodes have replicas, leader first, and how far those are behind.",
        "Marks: (joining) has no vote yet, (down) does not serve, (-N) is N entries behind."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb cluster ranges",
        "  btrdb cluster ranges -f json | jq '.[] | select(.leader == null)'"
      })
  static final class Ranges implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;

    private final Terminal terminal;

    Ranges(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (AdminClient admin = AdminClient.open(connection)) {
        ClusterStatus status = admin.status();
        try (Rows rows = output.open(terminal, ClusterTables.RANGES)) {
          new ClusterTables(rows, output.format() == Format.TABLE).ranges(status, group -> true);
        }
      }
      return ExitCode.OK;
    }
  }
}
