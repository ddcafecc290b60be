package io.btrdb.cli.terminal;

import java.util.Locale;

/**
 * A line on standard error that is written over and over, and nothing at all when standard error is
 * no terminal. Belongs to one thread.
 */
public final class Progress implements AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final int BAR = 24;
  private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};

  private final Terminal terminal;
  private final String label;
  private final String unit;
  private final long started = System.nanoTime();
  private long drawn = started - REDRAW_NANOS;
  private int turn;
  private boolean onScreen;

  /**
   * @param label what is being done
   * @param unit of what is counted, in the plural
   */
  public Progress(Terminal terminal, String label, String unit) {
    this.terminal = terminal;
    this.label = label;
    this.unit = unit;
  }

  /**
   * Shows a bar with count and rate.
   *
   * @param done of total, any measure; without a bar when total is 0
   * @param count in the unit
   */
  public void show(long done, long total, long count) {
    if (!isDue()) {
      return;
    }
    double seconds = Math.max(1e-3, (System.nanoTime() - started) / 1e9);
    StringBuilder line = new StringBuilder(label).append("  ");
    if (total > 0) {
      double part = Math.min(1, (double) done / total);
      int full = (int) (part * BAR);
      line.append("█".repeat(full)).append("░".repeat(BAR - full));
      line.append(String.format(Locale.ROOT, " %3.0f%%  ", part * 100));
    }
    line.append(String.format(Locale.ROOT, "%,d %s  ", count, unit));
    line.append(rate(count, seconds)).append(' ').append(unit).append("/s");
    if (total > 0 && done > 0 && done < total) {
      line.append("  ").append(remaining(seconds * (total - done) / done));
    }
    draw(line.toString());
  }

  /** Shows a turning wheel and a text. */
  public void spin(String text) {
    if (isDue()) {
      draw(SPINNER[turn++ % SPINNER.length] + " " + label + "  " + text);
    }
  }

  /** Prints a line that stays, above the progress. */
  public void say(String line) {
    clear();
    terminal.say(line);
  }

  /** How many a second, to three digits. */
  public static String rate(long count, double seconds) {
    double rate = count / Math.max(seconds, 1e-9);
    if (rate >= 1e6) {
      return String.format(Locale.ROOT, "%.2f M", rate / 1e6);
    }
    return rate >= 1e4
        ? String.format(Locale.ROOT, "%.0f k", rate / 1e3)
        : String.format(Locale.ROOT, "%.0f", rate);
  }

  private static String remaining(double seconds) {
    return seconds < 90
        ? String.format(Locale.ROOT, "%.0f s left", Math.ceil(seconds))
        : String.format(Locale.ROOT, "%.0f min left", Math.ceil(seconds / 60));
  }

  private boolean isDue() {
    long now = System.nanoTime();
    if (!terminal.errIsTerminal() || now - drawn < REDRAW_NANOS) {
      return false;
    }
    drawn = now;
    return true;
  }

  private void draw(String line) {
    int room = Math.max(20, terminal.columns() - 1);
    String fitted = line.length() <= room ? line : line.substring(0, room - 1) + "…";
    // erase to the end of the line after the text rather than before it: no flicker
    terminal.err().print("\r" + fitted + "\u001b[K");
    terminal.err().flush();
    onScreen = true;
  }

  private void clear() {
    if (onScreen) {
      terminal.err().print("\r\u001b[K");
      terminal.err().flush();
      onScreen = false;
    }
  }

  /** Takes the line off the screen. */
  @Override
  public void close() {
    clear();
  }
}
