package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.IsoTime;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Retention;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which versions of a stream can be read, and how finely. */
@Command(
    name = "retention",
    description = {
      "Show which versions of a stream can be read and which spans of time only in windows, or give"
          + " some up. What is given up never comes back; asks first, unless --yes."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb retention plant/L1",
      "  btrdb retention plant/L1 --oldest 4711",
      "  btrdb retention plant/L1 --keep 10",
      "  btrdb retention plant/L1 --from 2020-01-01 --to 2021-01-01 --resolution 36"
    })
public final class RetentionCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions connection;

  @Mixin private StreamArgument name;

  @Option(
      names = "--oldest",
      paramLabel = "VERSION",
      description = "Give up the versions below this one.")
  private Long oldest;

  @Option(names = "--keep", paramLabel = "N", description = "Give up all versions but the last N.")
  private Long keep;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description = "First time of a span whose detail is given up.")
  private Long from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description = "The time after its last.")
  private Long to;

  @Option(
      names = "--resolution",
      paramLabel = "0..63",
      description = "Read the span in slots of 2^N nanoseconds only; 30 is about a second.")
  private Integer resolution;

  @Mixin private Consent consent;

  private final Terminal terminal;

  public RetentionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    checkOptions();
    try (Btrdb db = connection.connect()) {
      BtrdbStream stream = name.resolve(db);
      if (oldest == null && keep == null && from == null) {
        show(stream.retention());
        return ExitCode.OK;
      }
      if (!consent.to("Give this up in " + name + " for good?", terminal)) {
        terminal.say("Nothing is given up.");
        return ExitCode.FAILED;
      }
      stream.retain(lowest(stream), spans());
      show(stream.retention());
    }
    return ExitCode.OK;
  }

  private void checkOptions() {
    boolean span = from != null || to != null || resolution != null;
    if (span && (from == null || to == null || resolution == null)) {
      throw new CommandFailed(ExitCode.USAGE, "A span takes all of --from, --to and --resolution.");
    }
    if (oldest != null && keep != null) {
      throw new CommandFailed(ExitCode.USAGE, "Take --oldest or --keep, not both.");
    }
    if (keep != null && keep < 1) {
      throw new CommandFailed(ExitCode.USAGE, "The latest version cannot be given up.");
    }
  }

  private long lowest(BtrdbStream stream) {
    if (oldest != null) {
      return oldest;
    }
    return keep == null ? 0 : Math.max(0, stream.retention().latest() - keep + 1);
  }

  private List<Retention.Span> spans() {
    return from == null ? List.of() : List.of(new Retention.Span(from, to, resolution));
  }

  private void show(Retention retention) {
    terminal.print("versions " + retention.oldest() + " to " + retention.latest());
    for (Retention.Span span : retention.reduced()) {
      terminal.print(
          "reduced "
              + IsoTime.print(span.start())
              + " to "
              + IsoTime.print(span.end())
              + ": slots of 2^"
              + span.resolution()
              + " ns");
    }
  }
}
