package io.btrdb.cli.admin;

import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Groups the verbs about API keys. */
@Command(
    name = "keys",
    description = {
      "Make, show and take back API keys.",
      "Takes an admin key. The first one is made with the secret of the cluster, on a node's"
          + " machine: --cluster-secret-file."
    },
    synopsisSubcommandLabel = "VERB",
    footer = {
      "",
      "Examples:",
      "  btrdb keys create ann --admin --cluster-secret-file /etc/btrdb/cluster.secret",
      "  btrdb keys create pmu --grant insert:grid/east --expires 90d",
      "  btrdb keys create lab --grant read: --grant read,insert,delete:lab",
      "  btrdb keys rotate 3f0a9q81b2cd --grace 7d",
      "  btrdb keys revoke 3f0a9q81b2cd"
    })
public final class KeysCommand implements Callable<Integer> {
  private final Terminal terminal;

  private KeysCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The verb with those below it. */
  public static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new KeysCommand(terminal))
        .addSubcommand(new KeyVerbs.Create(terminal))
        .addSubcommand(new KeyVerbs.Show(terminal))
        .addSubcommand(new KeyVerbs.Rotate(terminal))
        .addSubcommand(new KeyVerbs.Revoke(terminal));
  }

  @Override
  public Integer call() {
    terminal.say("btrdb keys list shows the keys; btrdb help keys lists all verbs");
    return ExitCode.USAGE;
  }
}
