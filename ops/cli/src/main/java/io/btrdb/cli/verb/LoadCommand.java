package io.btrdb.cli.verb;

import io.btrdb.api.ErrorCode;
import io.btrdb.cli.csv.Layout;
import io.btrdb.cli.csv.MeasurementFile;
import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Durations;
import io.btrdb.cli.text.StreamName.ByPath;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.MergePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Loads files of measurements. */
@Command(
    name = "load",
    description = {
      "Load files of delimited text, also compressed ones (.gz). How a file is written is found out"
          + " and printed; options override it.",
      "Each value column becomes a stream, which is created if need be: named after the file when"
          + " it is the only one, after the column otherwise; see --name.",
      "Bad lines are reported by number and passed over; then the exit code is 4. When this"
          + " returns, a majority of the nodes has all good points on disk."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb load feeder1.csv --collection plant",
      "  btrdb load *.csv.gz --collection lab/{folder} --name {file}.{column} --policy equal",
      "  btrdb load log.txt -c lab --time 1 --value 3,4 --delimiter ';' --decimal-comma \\",
      "      --time-format 'dd.MM.yyyy HH:mm:ss' --zone Europe/Berlin",
      "  btrdb load new.csv -c lab --dry-run      only look whether it can be read"
    })
public final class LoadCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions connection;
  @Mixin private OutputOptions output;
  @Mixin private CsvOptionGroup csv;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files to load.")
  private List<Path> files;

  @Option(
      names = {"-c", "--collection"},
      required = true,
      paramLabel = "COLLECTION",
      description = "Where the streams go. {folder}, {file} and {column} are filled in.")
  private String collection;

  @Option(
      names = "--name",
      paramLabel = "TEMPLATE",
      defaultValue = "",
      description = "The streams' names, as {file}.{column}.")
  private String name = "";

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      defaultValue = "never",
      description =
          "What to do when a time is taken already: ${COMPLETION-CANDIDATES}. never keeps both,"
              + " equal drops what is there with the same value, so that a load can be repeated."
              + " Default: ${DEFAULT-VALUE}.")
  private MergePolicy policy = MergePolicy.NEVER;

  @Option(names = "--strict", description = "Stop at the first bad line.")
  private boolean strict;

  @Option(
      names = "--show-bad",
      paramLabel = "N",
      defaultValue = "20",
      description = "Print at most N bad lines. Default: ${DEFAULT-VALUE}.")
  private int showBad;

  @Option(names = "--dry-run", description = "Read the files and report, but store nothing.")
  private boolean dryRun;

  private final Terminal terminal;

  public LoadCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A file and the streams its value columns go to. */
  private record Source(Path file, Layout layout, List<ByPath> streams) {}

  @Override
  public Integer call() throws IOException {
    List<Source> sources = inspect();
    describe(sources);
    long totalBytes = 0;
    for (Source source : sources) {
      totalBytes += Files.size(source.file());
    }
    if (dryRun) {
      return load(sources, totalBytes, stream -> PointSink.NOWHERE, () -> {});
    }
    try (Btrdb db = connection.connect()) {
      TargetStreams targets = new TargetStreams(db, policy);
      return load(sources, totalBytes, targets::open, targets::settle);
    } catch (BtrdbException e) {
      throw new CommandFailed(
          e.code() == ErrorCode.CLUSTER_DEGRADED.number() ? ExitCode.UNREACHABLE : ExitCode.FAILED,
          e.getMessage()
              + "\nSome of the points are stored. Repeat it with --policy equal: it passes over"
              + " those.",
          e);
    }
  }

  /** Finds out how all files are written before the first of them is loaded. */
  private List<Source> inspect() throws IOException {
    NameTemplate template = new NameTemplate(collection, name);
    List<Source> sources = new ArrayList<>();
    Map<ByPath, Path> users = new HashMap<>();
    boolean mayShare = !name.isEmpty() && !name.contains("{file}");
    for (Path file : files) {
      Layout layout = inspect(file);
      int columns = layout.names().size();
      List<ByPath> streams =
          layout.names().stream().map(column -> template.streamFor(file, column, columns)).toList();
      for (ByPath stream : streams) {
        Path other = users.put(stream, file);
        boolean shared = other != null && !mayShare && (columns == 1 || other.equals(file));
        if (shared) {
          throw new CommandFailed(
              ExitCode.USAGE,
              String.format(
                  "%s and %s would both go to %s: tell them apart with --name, as in"
                      + " {folder}.{file}.{column}",
                  other, file, stream));
        }
      }
      sources.add(new Source(file, layout, streams));
    }
    return sources;
  }

  /** Tells how the files are written, those that are alike together. */
  private void describe(List<Source> sources) {
    Map<String, List<Path>> alike = new LinkedHashMap<>();
    for (Source source : sources) {
      alike
          .computeIfAbsent(source.layout().describe(), layout -> new ArrayList<>())
          .add(source.file().getFileName());
    }
    alike.forEach(
        (layout, group) ->
            terminal.say(
                (group.size() == 1 ? group.get(0) : group.size() + " files") + ": " + layout));
  }

  private Layout inspect(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new CommandFailed(ExitCode.USAGE, file + " is a folder: name the files in it");
    }
    if (Files.notExists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    try (MeasurementFile measurements = MeasurementFile.open(file, csv.get())) {
      return measurements.layout();
    }
  }

  /** Opens the sink of a stream. */
  private interface Sinks {
    PointSink open(ByPath stream);
  }

  private Integer load(List<Source> sources, long totalBytes, Sinks sinks, Runnable settle)
      throws IOException {
    long begun = System.nanoTime();
    long points = 0;
    BadLines bad;
    try (Interruption interruption = Interruption.watch();
        Progress progress = new Progress(terminal, dryRun ? "reading" : "loading", "points");
        Rows rows = output.open(terminal, "file", "streams", "points", "bad lines")) {
      bad = new BadLines(progress, showBad);
      FileLoad load = new FileLoad(csv.get(), strict, progress, totalBytes, bad, interruption);
      for (Source source : sources) {
        if (interruption.requested() || load.stoppedAtBadLine()) {
          break;
        }
        long badBefore = bad.count();
        List<PointSink> targets = source.streams().stream().map(sinks::open).toList();
        long loaded = load.run(source.file(), targets);
        points += loaded;
        rows.text(source.file().toString()).integer(targets.size()).integer(loaded);
        rows.integer(bad.count() - badBefore).end();
      }
      settle.run();
      if (interruption.requested()) {
        progress.say("Interrupted. Repeat it with --policy equal: it passes over what is in.");
      }
    }
    report(points, bad.count(), System.nanoTime() - begun);
    return bad.count() > 0 ? ExitCode.PARTIAL : ExitCode.OK;
  }

  private void report(long points, long bad, long nanos) {
    terminal.say(
        String.format(
            "%s %,d points in %s (%s/s)%s.",
            dryRun ? "Read" : "Loaded",
            points,
            Durations.describe(nanos),
            Progress.rate(points, nanos / 1e9),
            bad == 0 ? "" : String.format(", passed over %,d bad lines", bad)));
  }
}
