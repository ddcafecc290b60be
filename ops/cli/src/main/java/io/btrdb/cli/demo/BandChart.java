package io.btrdb.cli.demo;

import io.btrdb.cli.text.IsoTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Windows as a chart of characters: one column a window, a light band from its minimum to its
 * maximum, a half block at its mean. Empty windows are blank. Minima far below the others do not
 * flatten the rest: they are marked beneath.
 *
 * <pre>
 *  7,312 ┤        ░░░
 *        │▄▄▀▀▄▄▄▄▀▀▄
 *  2,231 ┤         ░
 *    990 ▼         ▼
 *        └────────────
 *         10:00    10:12
 * </pre>
 */
final class BandChart {
  /** Columns left of the first window. */
  static final int GUTTER = 12;

  private static final char BAND = '░';
  private static final char UPPER = '▀';
  private static final char LOWER = '▄';
  private static final char BELOW = '▼';

  /** At most one window in so many is an outlier. */
  private static final int OUTLIERS = 10;

  /** An outlier lies so many times the spread of the others below them. */
  private static final double FAR = 2;

  private static final long MINUTE = 60_000_000_000L;
  private static final long DAY = 1_440 * MINUTE;

  private final Windows windows;
  private final int rows;
  private final double floor;
  private final double ceiling;

  /** Whether some minima lie below the scale. */
  private final boolean cut;

  private BandChart(Windows windows, int rows, boolean whole) {
    this.windows = windows;
    this.rows = rows;
    double low = windows.floor();
    double high = windows.ceiling();
    double usual = whole ? low : usualFloor(windows, high);
    this.cut = low < usual;
    boolean flat = low == high;
    this.floor = flat ? low - 1 : Math.max(low, usual);
    this.ceiling = flat ? high + 1 : high;
  }

  /** Where the scale begins: at the lowest minimum, unless it lies far below most others. */
  private static double usualFloor(Windows windows, double high) {
    double[] minima =
        IntStream.range(0, windows.size())
            .filter(i -> windows.count(i) > 0)
            .mapToDouble(windows::min)
            .sorted()
            .toArray();
    double most = minima[minima.length / OUTLIERS];
    double spread = high - most;
    return most - minima[0] > FAR * spread ? most - spread / 4 : minima[0];
  }

  /**
   * Draws windows.
   *
   * @param rows height without the axis, 2 or more
   * @return lines without line ends
   */
  static List<String> render(Windows windows, int rows) {
    return render(windows, rows, false);
  }

  /** Draws windows on a scale from the lowest minimum, however far below the others it lies. */
  static List<String> renderWhole(Windows windows, int rows) {
    return render(windows, rows, true);
  }

  private static List<String> render(Windows windows, int rows, boolean whole) {
    return windows.lowest() < 0
        ? List.of(" ".repeat(GUTTER) + "(no points)")
        : new BandChart(windows, rows, whole).lines();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int row = rows - 1; row >= 0; row--) {
      StringBuilder line = new StringBuilder(label(row));
      for (int i = 0; i < windows.size(); i++) {
        line.append(windows.count(i) == 0 ? ' ' : cell(i, row));
      }
      lines.add(line.toString().stripTrailing());
    }
    if (cut) {
      lines.add(marks());
    }
    lines.add(" ".repeat(GUTTER - 1) + "└" + "─".repeat(windows.size()));
    lines.add(timeAxis());
    return lines;
  }

  private String marks() {
    String lowest = number(windows.floor(), ceiling - floor);
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%" + (GUTTER - 2) + "s ", lowest)).append(BELOW);
    for (int i = 0; i < windows.size(); i++) {
      line.append(windows.count(i) > 0 && windows.min(i) < floor ? BELOW : ' ');
    }
    return line.toString().stripTrailing();
  }

  private char cell(int i, int row) {
    int half = halves(windows.mean(i));
    if (half / 2 == row) {
      return half % 2 == 1 ? UPPER : LOWER;
    }
    boolean within = row >= halves(windows.min(i)) / 2 && row <= halves(windows.max(i)) / 2;
    return within ? BAND : ' ';
  }

  /** Height of a value in half rows from the bottom. */
  private int halves(double value) {
    int halves = (int) ((value - floor) / (ceiling - floor) * 2 * rows);
    return Math.max(0, Math.min(2 * rows - 1, halves));
  }

  private String label(int row) {
    boolean labelled = row == 0 || row == rows - 1 || (rows > 4 && row == rows / 2);
    if (!labelled) {
      return " ".repeat(GUTTER - 1) + "│";
    }
    double value = floor + (ceiling - floor) * row / (rows - 1);
    return String.format(Locale.ROOT, "%" + (GUTTER - 2) + "s ┤", number(value, ceiling - floor));
  }

  /** With as many decimals as the span calls for. */
  static String number(double value, double span) {
    int decimals = span >= 50 ? 0 : span >= 5 ? 1 : span >= 0.5 ? 2 : span >= 0.05 ? 3 : 4;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private String timeAxis() {
    long span = windows.end() - windows.start(0);
    String left = time(windows.start(0), span);
    String middle = time(windows.start(windows.size() / 2), span);
    String right = time(windows.end(), span);
    int width = windows.size();
    StringBuilder axis = new StringBuilder(" ".repeat(GUTTER)).append(left);
    if (width >= left.length() + middle.length() + right.length() + 4) {
      int middleAt = (width - middle.length()) / 2;
      axis.append(" ".repeat(Math.max(1, middleAt - left.length()))).append(middle);
    }
    int rightAt = GUTTER + width - right.length();
    return axis.append(" ".repeat(Math.max(1, rightAt - axis.length()))).append(right).toString();
  }

  /** A time of the axis, as fine as the span calls for. */
  private static String time(long nanos, long span) {
    String iso = IsoTime.print(nanos);
    String date = iso.substring(0, 10);
    String clock = iso.substring(11, 19);
    if (span >= 20 * DAY) {
      return date;
    }
    if (span >= 12 * 60 * MINUTE) {
      return date + " " + clock.substring(0, 5);
    }
    if (span >= MINUTE) {
      return clock;
    }
    return clock
        + String.format(Locale.ROOT, ".%03d", Math.floorMod(nanos, 1_000_000_000L) / 1_000_000);
  }
}
