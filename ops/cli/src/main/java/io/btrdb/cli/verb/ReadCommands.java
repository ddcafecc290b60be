package io.btrdb.cli.verb;

import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.StreamName;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.ChangeCursor;
import io.btrdb.client.Direction;
import io.btrdb.client.Point;
import io.btrdb.client.PointCursor;
import io.btrdb.client.Version;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs that read points and versions. */
public final class ReadCommands {
  private ReadCommands() {}

  /** Raw points. */
  @Command(
      name = "values",
      description = "Print the points of a stream.",
      footer = {
        "",
        "Examples:",
        "  btrdb values plant/L1 --from now-1m",
        "  btrdb values plant/L1 --from 2024-05-01 --to 2024-05-02 --format csv > day.csv",
        "  btrdb values plant/L1 --at 17 --limit 10"
      })
  public static final class Values implements Callable<Integer> {
    private static final long TERMINAL_ROWS = 1_000;

    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;
    @Mixin private TimeRangeOptions range;
    @Mixin private VersionOption version;

    @Mixin private StreamArgument name;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "Print at most N points, 0 for all. Default: 1000 on a terminal, else all.")
    private Long limit;

    private final Terminal terminal;

    public Values(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      long most = limit != null ? limit : terminal.outIsTerminal() ? TERMINAL_ROWS : 0;
      try (Btrdb db = connection.connect();
          Interruption interruption = Interruption.watch()) {
        BtrdbStream stream = name.resolve(db);
        boolean more;
        try (PointCursor points = version.of(stream).values(range.from(), range.to());
            Rows rows = output.open(terminal, "time", "value")) {
          more = print(points, rows, most == 0 ? Long.MAX_VALUE : most, interruption);
        }
        if (more && limit == null) {
          terminal.say("There are more points: --limit 0 prints all.");
        }
      }
      return ExitCode.OK;
    }

    private static boolean print(
        PointCursor points, Rows rows, long most, Interruption interruption) {
      long printed = 0;
      while (!interruption.requested() && points.next()) {
        for (int i = 0; i < points.size(); i++) {
          if (printed++ == most) {
            return true;
          }
          rows.time(points.time(i)).number(points.value(i)).end();
        }
      }
      return false;
    }
  }

  /** The point next to a time. */
  @Command(
      name = "nearest",
      description = {
        "Print the first point at or after a time, or the last one before it.",
        "Exit code 1 when there is none."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb nearest plant/L1 2024-05-01T12:00:00Z",
        "  btrdb nearest plant/L1 --before          the last point until now"
      })
  public static final class Nearest implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;
    @Mixin private VersionOption version;

    @Mixin private StreamArgument name;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "TIME",
        defaultValue = "now",
        converter = Converters.Time.class,
        description = "Default: now.")
    private long time;

    @Option(
        names = {"-b", "--before"},
        description = "The last point before the time, not at it.")
    private boolean before;

    private final Terminal terminal;

    public Nearest(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (Btrdb db = connection.connect()) {
        BtrdbStream stream = name.resolve(db);
        Optional<Point> point =
            version.of(stream).nearest(time, before ? Direction.BACKWARD : Direction.FORWARD);
        if (point.isEmpty()) {
          throw new CommandFailed(
              ExitCode.FAILED,
              name + " has no point " + (before ? "before" : "at or after") + " that time");
        }
        try (Rows rows = output.open(terminal, "time", "value")) {
          rows.time(point.get().time()).number(point.get().value()).end();
        }
      }
      return ExitCode.OK;
    }
  }

  /** What changed between two versions. */
  @Command(
      name = "changes",
      description = {
        "Print the ranges of time in which a stream changed between two versions.",
        "They may be wider than what changed, never narrower."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb changes plant/L1 --from 12 --to 17",
        "  btrdb changes plant/L1 --from 12 --resolution 30    no finer than about a second"
      })
  public static final class Changes implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;

    @Mixin private StreamArgument name;

    @Option(
        names = "--from",
        required = true,
        paramLabel = "VERSION",
        description = "The older version, not included; 0 for before the first.")
    private long from;

    @Option(
        names = "--to",
        paramLabel = "VERSION",
        defaultValue = "0",
        description = "The newer version, included. Default: the latest.")
    private long to;

    @Option(
        names = "--resolution",
        paramLabel = "EXPONENT",
        defaultValue = "0",
        description =
            "Ranges need not be finer than 2^EXPONENT ns, 0 to 63. Default: ${DEFAULT-VALUE}.")
    private int resolution;

    private final Terminal terminal;

    public Changes(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (Btrdb db = connection.connect();
          Interruption interruption = Interruption.watch();
          ChangeCursor changes = name.resolve(db).changes(from, to, resolution);
          Rows rows = output.open(terminal, "start", "end")) {
        while (!interruption.requested() && changes.next()) {
          for (int i = 0; i < changes.size(); i++) {
            rows.time(changes.start(i)).time(changes.end(i)).end();
          }
        }
      }
      return ExitCode.OK;
    }
  }

  /** How many points streams have. */
  @Command(
      name = "count",
      description = "Print how many points streams have. Costs the same however many there are.",
      footer = {"", "Examples:", "  btrdb count plant/L1 plant/L2"})
  public static final class Count implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;
    @Mixin private VersionOption version;

    @Mixin private StreamArguments names;

    private final Terminal terminal;

    public Count(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (Btrdb db = connection.connect()) {
        Map<StreamName, BtrdbStream> streams = names.resolve(db);
        try (Rows rows = output.open(terminal, "stream", "points")) {
          streams.forEach(
              (name, stream) ->
                  rows.text(name.toString()).integer(version.of(stream).count()).end());
        }
      }
      return ExitCode.OK;
    }
  }

  /** Which version streams have. */
  @Command(
      name = "version",
      description = {
        "Print the latest version of streams.",
        "The major number counts sealed versions, which can be read for ever; the minor one points"
            + " logged since. ('btrdb --version' prints the program's.)"
      },
      footer = {"", "Examples:", "  btrdb version plant/L1"})
  public static final class VersionOf implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @Mixin private OutputOptions output;

    @Mixin private StreamArguments names;

    private final Terminal terminal;

    public VersionOf(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (Btrdb db = connection.connect()) {
        Map<StreamName, BtrdbStream> streams = names.resolve(db);
        try (Rows rows = output.open(terminal, "stream", "major", "minor")) {
          for (Map.Entry<StreamName, BtrdbStream> entry : streams.entrySet()) {
            Version version = entry.getValue().version();
            rows.text(entry.getKey().toString());
            rows.integer(version.major()).integer(version.minor()).end();
          }
        }
      }
      return ExitCode.OK;
    }
  }
}
