package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.node.config.ConfigException;
import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Groups the verbs about a node's configuration. */
@Command(
    name = "config",
    description = "Show or check a node's configuration file.",
    synopsisSubcommandLabel = "(show | check)",
    footer = {
      "",
      "Examples:",
      "  btrdb config show --defaults > node.yaml",
      "  btrdb config check node.yaml"
    })
public final class ConfigCommand implements Callable<Integer> {
  private final Terminal terminal;

  private ConfigCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The verb with those below it. */
  public static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new ConfigCommand(terminal))
        .addSubcommand(new Show(terminal))
        .addSubcommand(new Check(terminal));
  }

  @Override
  public Integer call() {
    terminal.say("btrdb config show or btrdb config check; see btrdb help config");
    return ExitCode.USAGE;
  }

  /** Prints settings. */
  @Command(
      name = "show",
      description = "Print all settings of a configuration file, those it leaves out included.",
      footer = {"", "Examples:", "  btrdb config show --defaults", "  btrdb config show node.yaml"})
  public static final class Show implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "A node's configuration file.")
    private Path file;

    @Option(names = "--defaults", description = "Of a node alone with nothing configured.")
    private boolean defaults;

    private final Terminal terminal;

    public Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      if (defaults == (file != null)) {
        throw new CommandFailed(ExitCode.USAGE, "name a FILE or say --defaults");
      }
      terminal.print(ConfigFile.print(defaults ? defaults() : ConfigFile.read(file)).strip());
      return ExitCode.OK;
    }

    static NodeConfig defaults() {
      Member self =
          new Member(
              "n1",
              "127.0.0.1",
              "127.0.0.1",
              Member.GRPC_PORT,
              Member.HTTP_PORT,
              Member.RAFT_PORT,
              Member.ZOO_KEEPER_PORT);
      return NodeConfig.of("n1", Path.of("/var/lib/btrdb"), List.of(self));
    }
  }

  /** Finds mistakes. */
  @Command(
      name = "check",
      description = "Report everything that is wrong with configuration files; exit code 1 if any.",
      footer = {"", "Examples:", "  btrdb config check n1/node.yaml n2/node.yaml"})
  public static final class Check implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Configuration files of nodes.")
    private List<Path> files;

    private final Terminal terminal;

    public Check(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      int exitCode = ExitCode.OK;
      for (Path file : files) {
        try {
          NodeConfig config = ConfigFile.read(file);
          terminal.print(file + ": good; node " + config.node() + " of " + config.members().size());
        } catch (ConfigException e) {
          terminal.say(e.getMessage());
          exitCode = ExitCode.FAILED;
        }
      }
      return exitCode;
    }
  }
}
