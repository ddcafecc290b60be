package io.btrdb.cli.cluster;

import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Is a node: what service managers start. */
@Command(
    name = "node",
    description = {
      "Run a node in the foreground until SIGTERM. It logs to standard error.",
      "On SIGTERM it hands over what it leads and lets requests under way end. SIGKILL loses"
          + " nothing that was acknowledged either, and costs an election."
    },
    footer = {
      "",
      "Java options, the heap among them, are read from jvm.options beside the configuration file;"
          + " without one a node gets 1 GB of heap.",
      "Exit codes: 0 or 143 stopped, 1 cannot run, 2 wrong usage or configuration.",
      "",
      "Examples:",
      "  btrdb node --config /etc/btrdb/node.yaml",
      "  btrdb config check /etc/btrdb/node.yaml    only look whether it is right"
    })
public final class NodeCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Its configuration; 'btrdb config show --defaults' prints every key.")
  private Path config;

  /** Takes the terminal as all verbs do; a node has its log. */
  public NodeCommand(Terminal terminal) {}

  @Override
  public Integer call() throws InterruptedException {
    // The command keeps libraries silent; a node logs as its own settings say.
    System.clearProperty("org.slf4j.simpleLogger.defaultLogLevel");
    io.btrdb.node.Main.main(new String[] {"--config", config.toString()});
    return ExitCode.OK;
  }
}
