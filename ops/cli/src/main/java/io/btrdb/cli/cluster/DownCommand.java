package io.btrdb.cli.cluster;

import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Converters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops a cluster on this machine. */
@Command(
    name = "down",
    description = {
      "Stop the cluster on this machine. Its data stays.",
      "Nodes are asked to stop (SIGTERM) and killed when they take too long; nothing acknowledged"
          + " is lost either way. Only processes that 'up' or 'restart' started are touched."
    },
    footer = {"", "Examples:", "  btrdb down", "  btrdb down --dir /tmp/b1 --timeout 1m"})
public final class DownCommand implements Callable<Integer> {
  @Mixin private DirectoryOption directory;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = Converters.Length.class,
      description = "Kill what still runs after this long. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(30);

  private final Terminal terminal;

  public DownCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    LocalCluster cluster = LocalCluster.open(directory.get());
    try (LocalCluster.Lock lock = LocalCluster.lock(directory.get());
        Progress progress = new Progress(terminal, "stopping", "")) {
      long running = cluster.nodes().stream().filter(cluster::isRunning).count();
      if (running == 0) {
        terminal.say("Nothing runs in " + cluster.directory() + ".");
        return ExitCode.OK;
      }
      progress.spin("the nodes hand over what they lead");
      List<String> killed = cluster.stopAll(timeout);
      progress.say(running + " nodes stopped. Data stays in " + cluster.directory() + ".");
      if (!killed.isEmpty()) {
        progress.say(
            String.join(", ", killed)
                + " did not stop in "
                + timeout.toSeconds()
                + " s and had to be killed; see node.log there.");
      }
    }
    return ExitCode.OK;
  }
}
