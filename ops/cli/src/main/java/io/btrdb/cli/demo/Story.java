package io.btrdb.cli.demo;

import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** Tells what happens: headings, sentences and charts on standard output. For one thread. */
final class Story {
  private static final int COLUMNS_MAX = 100;
  private static final long STEP_NANOS = 50_000_000;
  private static final char NO_BREAK = '\u00a0';
  private static final Pattern UNIT =
      Pattern.compile("(\\d) (ns|us|ms|s|min|h|d|y|[kM] points/s|V|%)(?![a-z])");

  /** The user wants it to end. */
  static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Interrupted() {
      super("interrupted");
    }
  }

  private final Terminal terminal;
  private final Interruption interruption;
  private int chapters;

  Story(Terminal terminal, Interruption interruption) {
    this.terminal = terminal;
    this.interruption = interruption;
  }

  /** Starts a chapter. */
  void chapter(String title) {
    checkWanted();
    chapters++;
    String head = "── " + chapters + "  " + title + " ";
    terminal.print("");
    String line = head + "─".repeat(Math.max(3, columns() - head.length()));
    terminal.print(terminal.outIsTerminal() ? "\u001b[1m" + line + "\u001b[0m" : line);
  }

  /** Says a sentence or two, broken into lines; spaces at its start indent all of them. */
  void say(String format, Object... arguments) {
    String text = arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments);
    wrapped(text, columns()).forEach(terminal::print);
  }

  /** Lines of at most so many characters. A number and its unit stay together. */
  static List<String> wrapped(String text, int columns) {
    String body = text.stripLeading();
    String indent = text.substring(0, text.length() - body.length());
    String joined = UNIT.matcher(body).replaceAll("$1" + NO_BREAK + "$2");
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(indent);
    for (String word : joined.split(" ", -1)) {
      boolean empty = line.length() == indent.length();
      if (!empty && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString().replace(NO_BREAK, ' '));
        line = new StringBuilder(indent);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
    }
    lines.add(line.toString().replace(NO_BREAK, ' '));
    return lines;
  }

  /** Prints lines as they are. */
  void show(List<String> lines) {
    lines.forEach(terminal::print);
  }

  Progress progress(String label, String unit) {
    return new Progress(terminal, label, unit);
  }

  /** How many windows fit beside the labels of a chart. */
  int chartColumns() {
    return columns() - BandChart.GUTTER;
  }

  private int columns() {
    return Math.max(60, Math.min(COLUMNS_MAX, terminal.columns() - 1));
  }

  /** Lets time pass for others to work in. */
  void pause(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() - end < 0) {
      checkWanted();
      LockSupport.parkNanos(Math.min(STEP_NANOS, Math.max(1, end - System.nanoTime())));
    }
  }

  /**
   * @throws Interrupted when the user wants it to end
   */
  void checkWanted() {
    if (interruption.requested()) {
      throw new Interrupted();
    }
  }
}
