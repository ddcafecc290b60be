package io.btrdb.cli;

import io.btrdb.cli.cluster.DownCommand;
import io.btrdb.cli.cluster.LogsCommand;
import io.btrdb.cli.cluster.NodeCommands;
import io.btrdb.cli.cluster.StatusCommand;
import io.btrdb.cli.cluster.UpCommand;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.verb.CompletionCommand;
import io.btrdb.cli.verb.ConfigCommand;
import io.btrdb.cli.verb.ExportCommand;
import io.btrdb.cli.verb.InfoCommand;
import io.btrdb.cli.verb.LoadCommand;
import io.btrdb.cli.verb.ReadCommands;
import io.btrdb.cli.verb.StreamCommands;
import io.btrdb.cli.verb.WindowsCommand;
import io.btrdb.cli.verb.WriteCommands;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** All verbs of {@code btrdb}. A new one is added in {@link #verbs}. */
@Command(
    name = "btrdb",
    versionProvider = ProgramVersion.class,
    description = {"BTrDB: a replicated store of time series with statistics at every scale.", ""},
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    footer = {
      "",
      "First steps:",
      "  btrdb up                                 three nodes on this machine",
      "  btrdb load FILE.csv --collection plant   measurements in",
      "  btrdb windows plant/FILE                 statistics out",
      "  btrdb down                               stop; the data stays",
      "",
      "Data goes to standard output, everything else to standard error.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 cluster not reachable, 4 done in part, 130"
          + " interrupted.",
      "Environment: BTRDB_ENDPOINTS (nodes to connect to), BTRDB_DIR (folder of the local cluster),"
          + " BTRDB_JAVA_OPTS (Java options of this command)."
    })
final class Verbs implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private Verbs() {}

  private static List<Object> verbs(Terminal terminal) {
    return List.of(
        new UpCommand(terminal),
        new DownCommand(terminal),
        new StatusCommand(terminal),
        new NodeCommands.Restart(terminal),
        new NodeCommands.Kill(terminal),
        new LogsCommand(terminal),
        new LoadCommand(terminal),
        new StreamCommands.Create(terminal),
        new WriteCommands.Insert(terminal),
        new StreamCommands.Streams(terminal),
        new ReadCommands.Values(terminal),
        new WindowsCommand(terminal),
        new ReadCommands.Nearest(terminal),
        new ReadCommands.Changes(terminal),
        new ReadCommands.Count(terminal),
        new ReadCommands.VersionOf(terminal),
        new ExportCommand(terminal),
        new WriteCommands.Flush(terminal),
        new WriteCommands.Delete(terminal),
        new WriteCommands.Obliterate(terminal),
        new StreamCommands.Annotate(terminal),
        new InfoCommand(terminal),
        new CompletionCommand(terminal));
  }

  static CommandLine commandLine(Terminal terminal) {
    CommandLine line = new CommandLine(new Verbs());
    for (Object verb : verbs(terminal)) {
      line.addSubcommand(verb);
    }
    line.addSubcommand(
        new CommandLine(new ConfigCommand(terminal))
            .addSubcommand(new ConfigCommand.Show(terminal))
            .addSubcommand(new ConfigCommand.Check(terminal)));
    line.addSubcommand(new HelpCommand());
    return configured(line, terminal);
  }

  private static CommandLine configured(CommandLine line, Terminal terminal) {
    addHelpOption(line);
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the version of this program and of its Java.")
                .build());
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(true);
    line.setUsageHelpWidth(Math.max(60, Math.min(120, terminal.columns())));
    line.setUsageHelpAutoWidth(false);
    boolean colours = terminal.outIsTerminal() && System.getenv("NO_COLOR") == null;
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            colours ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    return line;
  }

  private static void addHelpOption(CommandLine line) {
    // An alias leads to the same verb again, and help has one of its own.
    if (line.getCommandSpec().findOption("--help") == null) {
      line.getCommandSpec()
          .addOption(
              OptionSpec.builder("-h", "--help")
                  .usageHelp(true)
                  .description("Print this help.")
                  .build());
    }
    line.getSubcommands().values().forEach(Verbs::addHelpOption);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
