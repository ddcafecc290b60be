package io.btrdb.cli.cluster;

import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.Durations;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs about single nodes of a cluster on this machine. */
public final class NodeCommands {
  private NodeCommands() {}

  /** Stops and starts nodes, or starts those that are down. */
  @Command(
      name = "restart",
      description = {
        "Stop a node gracefully, if it runs, and start it.",
        "Several nodes are restarted one after the other, each once the one before is ready, so"
            + " that the cluster serves all the time."
      },
      footer = {"", "Examples:", "  btrdb restart n2", "  btrdb restart n1 n2 n3"})
  public static final class Restart implements Callable<Integer> {
    @Mixin private DirectoryOption directory;

    @Parameters(arity = "1..*", paramLabel = "NODE", description = "n1, n2, ...")
    private List<String> nodes;

    @Option(
        names = "--timeout",
        paramLabel = "DURATION",
        defaultValue = "90s",
        converter = Converters.Length.class,
        description = "How long to wait for each. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(90);

    private final Terminal terminal;

    public Restart(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      LocalCluster cluster = LocalCluster.open(directory.get());
      try (LocalCluster.Lock lock = LocalCluster.lock(directory.get());
          Progress progress = new Progress(terminal, "restarting", "")) {
        for (String node : nodes) {
          long begun = System.nanoTime();
          progress.spin(node);
          cluster.stop(node, timeout);
          cluster.start(node);
          cluster.awaitReady(node, timeout, state -> progress.spin(node + ": " + state.reason()));
          progress.say(node + " is ready after " + Durations.describe(System.nanoTime() - begun));
        }
      }
      return ExitCode.OK;
    }
  }

  /** Ends nodes as a power failure would. */
  @Command(
      name = "kill",
      description = {
        "End a node with SIGKILL, to see what happens: the others go on, and nothing acknowledged"
            + " is lost while a majority lives.",
        "'btrdb up' or 'btrdb restart' brings it back."
      },
      footer = {"", "Examples:", "  btrdb kill n2"})
  public static final class Kill implements Callable<Integer> {
    @Mixin private DirectoryOption directory;

    @Parameters(arity = "1..*", paramLabel = "NODE", description = "n1, n2, ...")
    private List<String> nodes;

    private final Terminal terminal;

    public Kill(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      LocalCluster cluster = LocalCluster.open(directory.get());
      try (LocalCluster.Lock lock = LocalCluster.lock(directory.get())) {
        for (String node : nodes) {
          boolean ran = cluster.isRunning(node);
          cluster.kill(node);
          terminal.say(node + (ran ? " is killed" : " did not run"));
        }
      }
      return ExitCode.OK;
    }
  }
}
