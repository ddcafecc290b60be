package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.BadText;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.IsoTime;
import io.btrdb.cli.text.Times;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.MergePolicy;
import io.btrdb.client.TimeBounds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs that change what a stream holds. */
public final class WriteCommands {
  private WriteCommands() {}

  /** Single points. */
  @Command(
      name = "insert",
      description = {
        "Insert points. Without any on the command line, reads them from standard input, one a"
            + " line: TIME=VALUE, TIME,VALUE or TIME VALUE.",
        "When this returns, a majority of the nodes has the points on disk."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb insert plant/L1 2024-05-01T12:00:00Z=230.1 now=229.8",
        "  btrdb values a/b --format csv | tail -n +2 | btrdb insert a/copy"
      })
  public static final class Insert implements Callable<Integer> {
    private static final int BATCH = 50_000;

    @Mixin private ConnectionOptions connection;

    @Mixin private StreamArgument name;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "TIME=VALUE", description = "Points.")
    private List<String> points = new ArrayList<>();

    @Option(
        names = "--policy",
        paramLabel = "POLICY",
        defaultValue = "never",
        description =
            "What to do when a time is taken already: ${COMPLETION-CANDIDATES}. Default:"
                + " ${DEFAULT-VALUE}.")
    private MergePolicy policy = MergePolicy.NEVER;

    private final Terminal terminal;
    private final long[] times = new long[BATCH];
    private final double[] values = new double[BATCH];
    private int size;
    private long total;

    public Insert(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
      long now = Times.now();
      points.forEach(point -> add(point, now));
      try (Btrdb db = connection.connect()) {
        BtrdbStream stream = name.resolve(db);
        if (points.isEmpty()) {
          readInput(stream, now);
        }
        send(stream);
        terminal.say("Inserted " + total + " points; version " + stream.version() + ".");
      }
      return ExitCode.OK;
    }

    private void readInput(BtrdbStream stream, long now) throws IOException {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        try {
          add(line, now);
        } catch (CommandFailed e) {
          send(stream);
          throw new CommandFailed(
              ExitCode.FAILED,
              "line "
                  + number
                  + ": "
                  + e.getMessage()
                  + " The "
                  + total
                  + " points before it are in.",
              e);
        }
        if (size == BATCH) {
          send(stream);
        }
      }
    }

    private void add(String point, long now) {
      String[] parts = point.trim().split("\\s*[=,]\\s*|\\s+", 2);
      if (parts.length != 2) {
        throw new CommandFailed(ExitCode.USAGE, "'" + point + "' is no point: write TIME=VALUE.");
      }
      if (size == BATCH) {
        throw new CommandFailed(
            ExitCode.USAGE, "more than 50,000 points on a command line: use standard input.");
      }
      try {
        times[size] = Times.parse(parts[0], now);
        values[size] = Double.parseDouble(parts[1]);
      } catch (NumberFormatException e) {
        throw new CommandFailed(ExitCode.USAGE, "'" + parts[1] + "' is no number.", e);
      } catch (BadText e) {
        throw new CommandFailed(ExitCode.USAGE, e.getMessage() + ".", e);
      }
      size++;
    }

    private void send(BtrdbStream stream) {
      if (size > 0) {
        stream.insert(Arrays.copyOf(times, size), Arrays.copyOf(values, size), policy);
      }
      total += size;
      size = 0;
    }
  }

  /** Ranges of points. */
  @Command(
      name = "delete",
      description = {
        "Delete the points of a range of time. Older versions keep them.",
        "Asks first, unless --yes."
      },
      footer = {
        "",
        "Examples:",
        "  btrdb delete plant/L1 --from 2024-05-01 --to 2024-05-02",
        "  btrdb delete plant/L1 --from min --to max --yes"
      })
  public static final class Delete implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;

    @Mixin private StreamArgument name;

    @Option(
        names = "--from",
        required = true,
        paramLabel = "TIME",
        converter = Converters.Time.class,
        description = "First time.")
    private long from;

    @Option(
        names = "--to",
        required = true,
        paramLabel = "TIME",
        converter = Converters.Time.class,
        description = "The time after the last.")
    private long to;

    @Mixin private Consent consent;

    private final Terminal terminal;

    public Delete(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (Btrdb db = connection.connect()) {
        BtrdbStream stream = name.resolve(db);
        String what = name + " from " + describe(from) + " to " + describe(to);
        if (!consent.to("Delete the points of " + what + "?", terminal)) {
          terminal.say("Nothing is deleted.");
          return ExitCode.FAILED;
        }
        terminal.say("Deleted " + what + "; version " + stream.delete(from, to) + ".");
      }
      return ExitCode.OK;
    }

    private static String describe(long time) {
      if (time == TimeBounds.MIN) {
        return "the beginning";
      }
      return time == TimeBounds.MAX ? "the end" : IsoTime.print(time);
    }
  }

  /** Seals a version. */
  @Command(
      name = "flush",
      description =
          "Seal what was inserted so far as a version of its own, and print it. Not needed for"
              + " durability.",
      footer = {"", "Examples:", "  btrdb flush plant/L1 plant/L2"})
  public static final class Flush implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;

    @Mixin private StreamArguments names;

    private final Terminal terminal;

    public Flush(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (Btrdb db = connection.connect()) {
        names.resolve(db).forEach((name, stream) -> terminal.print(name + " " + stream.flush()));
      }
      return ExitCode.OK;
    }
  }

  /** Removes streams for good. */
  @Command(
      name = "obliterate",
      description = {
        "Remove a stream with all its versions, for good. Its UUID can never be used again.",
        "Asks first, unless --yes."
      },
      footer = {"", "Examples:", "  btrdb obliterate plant/L1 --yes"})
  public static final class Obliterate implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;

    @Mixin private StreamArgument name;

    @Mixin private Consent consent;

    private final Terminal terminal;

    public Obliterate(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try (Btrdb db = connection.connect()) {
        BtrdbStream stream = name.resolve(db);
        String question =
            "Remove " + name + " with its " + stream.count() + " points and all versions for good?";
        if (!consent.to(question, terminal)) {
          terminal.say("Nothing is removed.");
          return ExitCode.FAILED;
        }
        stream.obliterate();
        terminal.say("Removed " + name + ".");
      }
      return ExitCode.OK;
    }
  }
}
