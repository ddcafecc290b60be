package io.btrdb.cli.admin;

import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Groups the verbs that look after a cluster, wherever it runs. */
@Command(
    name = "cluster",
    description = {
      "See how a cluster is, and move replicas and leaders between its nodes.",
      "Asks any of its nodes; what only the controller can do is passed on to it."
    },
    synopsisSubcommandLabel = "VERB",
    footer = {
      "",
      "Examples:",
      "  btrdb cluster status --watch",
      "  btrdb cluster drain n2 --wait && btrdb cluster remove n2",
      "  btrdb cluster move 5 --from n1 --to n4 --wait",
      "",
      "The same in a browser: http://NODE:4412/"
    })
public final class ClusterCommand implements Callable<Integer> {
  private final Terminal terminal;

  private ClusterCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The verb with those below it. */
  public static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new ClusterCommand(terminal))
        .addSubcommand(new ClusterStatusCommand(terminal))
        .addSubcommand(new ShowCommands.Nodes(terminal))
        .addSubcommand(new ShowCommands.Ranges(terminal))
        .addSubcommand(new PlacementCommands.Drain(terminal))
        .addSubcommand(new PlacementCommands.Move(terminal))
        .addSubcommand(new PlacementCommands.Balance(terminal))
        .addSubcommand(new PlacementCommands.TransferLeader(terminal))
        .addSubcommand(new PlacementCommands.Remove(terminal));
  }

  @Override
  public Integer call() {
    terminal.say("btrdb cluster status shows the cluster; btrdb help cluster lists all verbs");
    return ExitCode.USAGE;
  }
}
