package io.btrdb.cli.verb;

import io.btrdb.cli.output.OutputOptions;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.Converters;
import io.btrdb.cli.text.Durations;
import io.btrdb.client.Btrdb;
import io.btrdb.client.Point;
import io.btrdb.client.StreamView;
import io.btrdb.client.TimeBounds;
import io.btrdb.client.WindowCursor;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints statistics of windows. */
@Command(
    name = "windows",
    description = {
      "Print count, minimum, mean, maximum and standard deviation of windows of time.",
      "Without a width, aligned windows are taken so that about 32 cover the range."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb windows plant/L1",
      "  btrdb windows plant/L1 --width 1h --from 2024-05-01 --to 2024-05-02",
      "  btrdb windows plant/L1 --pointwidth 40       aligned windows of 2^40 ns, 18.3 minutes",
      "  btrdb windows plant/L1 --width 1d --skip-empty --format json"
    })
public final class WindowsCommand implements Callable<Integer> {
  private static final int WINDOWS_SHOWN = 32;

  @Mixin private ConnectionOptions connection;
  @Mixin private OutputOptions output;
  @Mixin private TimeRangeOptions range;
  @Mixin private VersionOption version;

  @Mixin private StreamArgument name;

  @ArgGroup private Width width;

  @Option(names = "--skip-empty", description = "Leave out windows without points.")
  private boolean skipEmpty;

  /** One or the other. */
  static final class Width {
    @Option(
        names = {"-w", "--width"},
        paramLabel = "DURATION",
        converter = Converters.Nanos.class,
        description = "Width of a window, as 100ms, 1s, 5m, 1h, 1d or nanoseconds.")
    private Long nanos;

    @Option(
        names = {"-p", "--pointwidth"},
        paramLabel = "EXPONENT",
        description = "Aligned windows of 2^EXPONENT ns, 0 to 63; the fastest.")
    private Integer exponent;
  }

  private final Terminal terminal;

  public WindowsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Btrdb db = connection.connect();
        Interruption interruption = Interruption.watch()) {
      StreamView view = version.of(name.resolve(db));
      Span span = span(view);
      try (Rows rows = output.open(terminal, "start", "count", "min", "mean", "max", "stddev")) {
        if (!span.isEmpty()) {
          try (WindowCursor windows = open(view, span)) {
            print(windows, rows, interruption);
          }
        }
      }
    }
    return ExitCode.OK;
  }

  private record Span(long from, long to) {
    boolean isEmpty() {
      return from >= to;
    }
  }

  /** The range asked for; where it is open, that of the data. */
  private Span span(StreamView view) {
    if (!range.isOpen()) {
      return new Span(range.fromOr(0), range.toOr(0));
    }
    Optional<Point> first = view.earliest();
    if (first.isEmpty()) {
      return new Span(0, 0);
    }
    long end = view.last().map(Point::time).orElse(first.get().time()) + 1;
    return new Span(range.fromOr(first.get().time()), range.toOr(end));
  }

  private WindowCursor open(StreamView view, Span span) {
    if (width != null && width.nanos != null) {
      return windows(view, span, width.nanos);
    }
    if (width != null) {
      return view.alignedWindows(span.from(), alignedEnd(span, width.exponent), width.exponent);
    }
    int exponent = exponentFor(span.to() - span.from());
    terminal.say("Windows of 2^" + exponent + " ns, " + Durations.describe(1L << exponent) + ".");
    return view.alignedWindows(span.from(), alignedEnd(span, exponent), exponent);
  }

  /** Windows begin at the given start; without one, at a multiple of their width. */
  private WindowCursor windows(StreamView view, Span span, long nanos) {
    if (!range.isOpen() || nanos <= 0) {
      return view.windows(span.from(), span.to(), nanos);
    }
    long from = range.fromOr(Math.floorDiv(span.from(), nanos) * nanos);
    long whole = Math.ceilDiv(span.to() - from, nanos);
    long to = range.toOr(Math.min(TimeBounds.MAX, from + whole * nanos));
    return view.windows(Math.max(TimeBounds.MIN, from), to, nanos);
  }

  /** Ends are rounded down; the window that holds the last point is wanted, too. */
  private long alignedEnd(Span span, int exponent) {
    if (!range.isOpen() || exponent < 0 || exponent > 62) {
      return span.to();
    }
    long width = 1L << exponent;
    long end = Math.ceilDiv(span.to(), width) * width;
    return range.toOr(Math.min(TimeBounds.MAX, end));
  }

  /** Such that 17 to 33 windows cover so many nanoseconds. */
  static int exponentFor(long nanos) {
    return Math.min(62, 64 - Long.numberOfLeadingZeros(nanos / WINDOWS_SHOWN));
  }

  private void print(WindowCursor windows, Rows rows, Interruption interruption) {
    while (!interruption.requested() && windows.next()) {
      for (int i = 0; i < windows.size(); i++) {
        if (windows.count(i) > 0) {
          rows.time(windows.start(i))
              .integer(windows.count(i))
              .number(windows.min(i))
              .number(windows.mean(i))
              .number(windows.max(i))
              .number(windows.stddev(i))
              .end();
        } else if (!skipEmpty) {
          rows.time(windows.start(i)).integer(0).none().none().none().none().end();
        }
      }
    }
  }
}
