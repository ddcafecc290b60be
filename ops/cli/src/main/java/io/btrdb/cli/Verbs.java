package io.btrdb.cli;

import io.btrdb.cli.admin.ClusterCommand;
import io.btrdb.cli.admin.KeysCommand;
import io.btrdb.cli.backup.BackupCommand;
import io.btrdb.cli.backup.OpenCommand;
import io.btrdb.cli.backup.RecoverCommand;
import io.btrdb.cli.backup.RestoreCommand;
import io.btrdb.cli.backup.VerifyCommand;
import io.btrdb.cli.bench.BenchCommand;
import io.btrdb.cli.cluster.DownCommand;
import io.btrdb.cli.cluster.LogsCommand;
import io.btrdb.cli.cluster.NodeCommand;
import io.btrdb.cli.cluster.NodeCommands;
import io.btrdb.cli.cluster.StatusCommand;
import io.btrdb.cli.cluster.UpCommand;
import io.btrdb.cli.demo.DemoCommand;
import io.btrdb.cli.support.SupportBundleCommand;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.verb.CompletionCommand;
import io.btrdb.cli.verb.ConfigCommand;
import io.btrdb.cli.verb.ExportCommand;
import io.btrdb.cli.verb.InfoCommand;
import io.btrdb.cli.verb.LoadCommand;
import io.btrdb.cli.verb.ReadCommands;
import io.btrdb.cli.verb.RetentionCommand;
import io.btrdb.cli.verb.SqlCommand;
import io.btrdb.cli.verb.StreamCommands;
import io.btrdb.cli.verb.WindowsCommand;
import io.btrdb.cli.verb.WriteCommands;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command itself. A new verb is added in {@link #verbs}. */
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
      "Environment: BTRDB_ENDPOINTS (nodes to connect to), BTRDB_API_KEY, BTRDB_PROFILE and"
          + " BTRDB_CA_BUNDLE (as BTrDB's other clients have them), BTRDB_DIR (folder of the local"
          + " cluster), BTRDB_JAVA_OPTS (Java options of this command)."
    })
final class Verbs implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private Verbs() {}

  /** Every verb by its name, in the order of the help. */
  private static Map<String, Function<Terminal, Object>> verbs() {
    Map<String, Function<Terminal, Object>> verbs = new LinkedHashMap<>();
    verbs.put("up", UpCommand::new);
    verbs.put("down", DownCommand::new);
    verbs.put("status", StatusCommand::new);
    verbs.put("restart", NodeCommands.Restart::new);
    verbs.put("kill", NodeCommands.Kill::new);
    verbs.put("logs", LogsCommand::new);
    verbs.put("cluster", ClusterCommand::commandLine);
    verbs.put("keys", KeysCommand::commandLine);
    verbs.put("node", NodeCommand::new);
    verbs.put("backup", BackupCommand::new);
    verbs.put("restore", RestoreCommand::new);
    verbs.put("recover", RecoverCommand::new);
    verbs.put("open", t -> new OpenCommand(t, arguments -> Main.run(t, arguments)));
    verbs.put("verify", VerifyCommand::new);
    verbs.put("load", LoadCommand::new);
    verbs.put("create", StreamCommands.Create::new);
    verbs.put("insert", WriteCommands.Insert::new);
    verbs.put("streams", StreamCommands.Streams::new);
    verbs.put("sql", SqlCommand::new);
    verbs.put("values", ReadCommands.Values::new);
    verbs.put("windows", WindowsCommand::new);
    verbs.put("nearest", ReadCommands.Nearest::new);
    verbs.put("changes", ReadCommands.Changes::new);
    verbs.put("count", ReadCommands.Count::new);
    verbs.put("version", ReadCommands.VersionOf::new);
    verbs.put("export", ExportCommand::new);
    verbs.put("flush", WriteCommands.Flush::new);
    verbs.put("delete", WriteCommands.Delete::new);
    verbs.put("obliterate", WriteCommands.Obliterate::new);
    verbs.put("retention", RetentionCommand::new);
    verbs.put("annotate", StreamCommands.Annotate::new);
    verbs.put("info", InfoCommand::new);
    verbs.put("demo", DemoCommand::new);
    verbs.put("bench", BenchCommand::new);
    verbs.put("config", ConfigCommand::commandLine);
    verbs.put("support-bundle", SupportBundleCommand::new);
    verbs.put("completion", t -> new CompletionCommand(t, () -> commandLine(t)));
    return verbs;
  }

  /**
   * The parser of a command line. When it begins with a verb, it knows that verb only: to look
   * through all of them would take longer than most commands do.
   */
  static CommandLine commandLine(Terminal terminal, String... arguments) {
    CommandLine line = new CommandLine(new Verbs());
    Function<Terminal, Object> first = arguments.length == 0 ? null : verbs().get(arguments[0]);
    boolean versionOnly = arguments.length == 1 && arguments[0].matches("-V|--version");
    if (first != null) {
      line.addSubcommand(first.apply(terminal));
    } else if (!versionOnly) {
      verbs().values().forEach(verb -> line.addSubcommand(verb.apply(terminal)));
      line.addSubcommand(new HelpCommand());
    }
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
    line.setParameterExceptionHandler(Verbs::complain);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(true);
    line.setUsageHelpWidth(Math.max(60, Math.min(120, terminal.columns())));
    line.setUsageHelpAutoWidth(false);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            terminal.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
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

  /** A mistake on the command line gets a line or two, not the whole help. */
  private static int complain(ParameterException mistake, String[] arguments) {
    CommandLine line = mistake.getCommandLine();
    line.getErr().println("btrdb: " + mistake.getMessage());
    UnmatchedArgumentException.printSuggestions(mistake, line.getErr());
    String verb = line.getCommandSpec().qualifiedName(" ").replaceFirst("^btrdb ?", "");
    line.getErr().println(("See btrdb help " + verb).trim() + ".");
    return ExitCode.USAGE;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
