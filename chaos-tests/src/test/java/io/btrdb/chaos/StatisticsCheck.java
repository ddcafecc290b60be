package io.btrdb.chaos;

import io.btrdb.client.Point;
import io.btrdb.client.StreamView;
import io.btrdb.client.WindowCursor;
import java.util.ArrayList;
import java.util.List;

/** Compares windows with the points of the same version. */
final class StatisticsCheck {
  private static final double RELATIVE_ERROR_MAX = 1e-9;

  private StatisticsCheck() {}

  /**
   * What is wrong with windows and aligned windows of [start, end).
   *
   * @param view a pinned version
   * @param points all of its points in that range, sorted by time
   */
  static List<Violation> check(StreamView view, long start, long end, List<Point> points) {
    List<Violation> found = new ArrayList<>();
    long width = (end - start) / 37;
    try (WindowCursor windows = view.windows(start, end, width)) {
      long counted = compare(windows, width, points, found);
      long covered = points.stream().filter(point -> point.time() < start + 37 * width).count();
      if (counted != covered) {
        found.add(wrong("windows hold " + counted + " of " + covered + " points"));
      }
    }
    int pointWidth = 63 - Long.numberOfLeadingZeros(width);
    try (WindowCursor windows = view.alignedWindows(start, end, pointWidth)) {
      long mask = -1L << pointWidth;
      List<Point> inside = points.stream().filter(point -> point.time() < (end & mask)).toList();
      long counted = compare(windows, 1L << pointWidth, inside, found);
      if (counted != inside.size()) {
        found.add(wrong("aligned windows hold " + counted + " of " + inside.size() + " points"));
      }
    }
    return found;
  }

  /** Compares each window and tells how many points they hold together. */
  private static long compare(
      WindowCursor windows, long width, List<Point> points, List<Violation> found) {
    long counted = 0;
    int next = 0;
    while (windows.next()) {
      for (int i = 0; i < windows.size(); i++) {
        while (next < points.size() && points.get(next).time() < windows.start(i)) {
          next++;
        }
        int from = next;
        while (next < points.size() && points.get(next).time() < windows.start(i) + width) {
          next++;
        }
        counted += windows.count(i);
        compare(windows, i, points.subList(from, next), found);
      }
    }
    return counted;
  }

  private static void compare(
      WindowCursor windows, int i, List<Point> points, List<Violation> found) {
    double min = points.stream().mapToDouble(Point::value).min().orElse(0);
    double max = points.stream().mapToDouble(Point::value).max().orElse(0);
    double mean = points.stream().mapToDouble(Point::value).average().orElse(0);
    double variance =
        points.stream()
            .mapToDouble(p -> (p.value() - mean) * (p.value() - mean))
            .average()
            .orElse(0);
    double stddev = Math.sqrt(variance);
    boolean right =
        windows.count(i) == points.size()
            && windows.min(i) == min
            && windows.max(i) == max
            && near(windows.mean(i), mean, Math.abs(mean))
            && near(windows.stddev(i), stddev, Math.max(Math.abs(mean), stddev));
    if (!right) {
      found.add(
          wrong(
              String.format(
                  "window at %d: %d points, min %s, max %s, mean %s, stddev %s;"
                      + " the points give %d, %s, %s, %s, %s",
                  windows.start(i),
                  windows.count(i),
                  windows.min(i),
                  windows.max(i),
                  windows.mean(i),
                  windows.stddev(i),
                  points.size(),
                  min,
                  max,
                  mean,
                  stddev)));
    }
  }

  private static boolean near(double told, double expected, double scale) {
    return Math.abs(told - expected) <= RELATIVE_ERROR_MAX * scale;
  }

  private static Violation wrong(String detail) {
    return new Violation(Violation.Kind.WRONG_STATISTICS, detail);
  }
}
