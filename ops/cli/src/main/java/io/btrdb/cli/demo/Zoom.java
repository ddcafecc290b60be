package io.btrdb.cli.demo;

import io.btrdb.cli.text.Durations;
import io.btrdb.cli.text.IsoTime;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Point;
import io.btrdb.client.PointCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Chapter: from a year down to milliseconds, each step into the window with the lowest minimum. The
 * way to the deepest sag reads statistics only, of a few hundred windows, whatever the number of
 * points beneath.
 */
final class Zoom {
  private static final int ROWS = 7;
  private static final List<Duration> LEVELS =
      List.of(
          Duration.ofDays(365),
          Duration.ofDays(30),
          Duration.ofDays(1),
          Duration.ofHours(1),
          Duration.ofMinutes(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(1));

  /** A phase is in a sag while its voltage is below this part of the nominal one: IEEE 1159. */
  private static final double SAG = 0.9;

  private final Story story;
  private final Map<Channel, BtrdbStream> streams;
  private long queryNanos;
  private int queries;
  private long windowsRead;

  Zoom(Story story, Map<Channel, BtrdbStream> streams) {
    this.story = story;
    this.streams = streams;
  }

  /**
   * Tells the chapter.
   *
   * @param start of the measurements
   * @param end of them
   * @return whether the event that was put into the data was found
   */
  boolean tell(long start, long end) {
    BtrdbStream voltage = streams.get(Channel.L1MAG);
    story.say(
        "Voltage of phase 1. ░ is what lies between the minimum and the maximum of a window, ▄ its"
            + " mean, ▼ a minimum below the scale. Each step goes into the window with the lowest"
            + " minimum.");
    long from = start;
    long span = end - start;
    Windows level = null;
    long points = 0;
    for (Duration wanted : LEVELS) {
      story.checkWanted();
      if (level != null) {
        long centre = level.start(level.lowest()) + level.width() / 2;
        span = Math.min(span, wanted.toNanos());
        from = Math.max(start, Math.min(end - span, centre - span / 2));
      }
      level = show(voltage, from, span);
      points = Math.max(points, level.points());
    }
    story.say(
        "%d queries and %,d windows led from %,d points to one moment, in %s altogether.",
        queries, windowsRead, points, Durations.describe(queryNanos));
    return identify(level);
  }

  private Windows show(BtrdbStream stream, long from, long span) {
    int columns = story.chartColumns();
    long width = Math.max(1, span / columns);
    long begun = System.nanoTime();
    Windows windows = Windows.read(stream.latest(), from, width, columns);
    long nanos = System.nanoTime() - begun;
    queryNanos += nanos;
    windowsRead += columns;
    queries++;
    if (windows.lowest() < 0) {
      throw new IllegalStateException("no points where there was a lowest window: " + from);
    }
    story.say("");
    story.say(
        "%s: %,d points in %d windows of %s, read in %s",
        Durations.describe(span),
        windows.points(),
        columns,
        Durations.describe(width),
        Durations.describe(nanos));
    story.show(BandChart.render(windows, ROWS));
    return windows;
  }

  /** Reads the raw points around the lowest window and says what happened there. */
  private boolean identify(Windows around) {
    long centre = around.start(around.lowest());
    long from = centre - 1_000_000_000L;
    long to = centre + 1_000_000_000L;
    List<Point> sag = below(streams.get(Channel.L1MAG), from, to);
    if (sag.isEmpty()) {
      story.say("No sag there: the lowest voltage is %.0f V.", around.floor());
      return false;
    }
    double lowest = sag.stream().mapToDouble(Point::value).min().orElseThrow();
    long first = sag.get(0).time();
    long length = sag.get(sag.size() - 1).time() - first;
    List<String> phases = new ArrayList<>();
    for (Channel phase : List.of(Channel.L1MAG, Channel.L2MAG, Channel.L3MAG)) {
      double floor = Windows.read(streams.get(phase).latest(), from, to - from, 1).floor();
      phases.add(
          String.format(Locale.ROOT, "%s %.0f %%", phase, 100 * floor / PowerGrid.NOMINAL_VOLTS));
    }
    story.say(
        "Found: a voltage sag on %s, %s long, lowest %,.0f V; what the phases kept of %,.0f V: %s.",
        IsoTime.print(first),
        Durations.describe(length),
        lowest,
        PowerGrid.NOMINAL_VOLTS,
        String.join(", ", phases));
    return Math.abs(lowest / PowerGrid.NOMINAL_VOLTS - PowerGrid.DEEPEST) < 0.03;
  }

  private static List<Point> below(BtrdbStream stream, long from, long to) {
    List<Point> below = new ArrayList<>();
    try (PointCursor points = stream.values(from, to)) {
      while (points.next()) {
        for (int i = 0; i < points.size(); i++) {
          if (points.value(i) < SAG * PowerGrid.NOMINAL_VOLTS) {
            below.add(new Point(points.time(i), points.value(i)));
          }
        }
      }
    }
    return below;
  }
}
