package io.btrdb.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Text on standard output that is replaced again and again. On a terminal it has a screen of its
 * own, and what was there before comes back at the end, followed by the last text; each line is
 * overwritten in place, so that nothing flickers. Elsewhere one text follows the other. Belongs to
 * one thread.
 */
public final class LiveScreen implements AutoCloseable {
  private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[H";
  private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
  // Terminals that know it show everything between these two at once.
  private static final String BEGIN_UPDATE = "\u001b[?2026h\u001b[H";
  private static final String END_UPDATE = "\u001b[J\u001b[?2026l";
  private static final String END_OF_LINE = "\u001b[K\r\n";
  private static final String PLAIN = "\u001b[0m";

  private final Terminal terminal;
  private List<String> shown = List.of();

  private LiveScreen(Terminal terminal) {
    this.terminal = terminal;
  }

  public static LiveScreen open(Terminal terminal) {
    LiveScreen screen = new LiveScreen(terminal);
    if (terminal.outIsTerminal()) {
      screen.write(ENTER);
    }
    return screen;
  }

  /** Shows these lines instead of those before; on a terminal only what fits on it. */
  public void show(List<String> lines) {
    if (!terminal.outIsTerminal()) {
      write((shown.isEmpty() ? "" : "\n") + String.join("\n", lines) + "\n");
      shown = lines;
      return;
    }
    shown = lines;
    int room = Math.max(2, terminal.rows() - 1);
    boolean tooMany = lines.size() > room;
    StringBuilder frame = new StringBuilder(BEGIN_UPDATE);
    for (String line : tooMany ? lines.subList(0, room - 1) : lines) {
      frame.append(fitted(line, terminal.columns())).append(END_OF_LINE);
    }
    if (tooMany) {
      frame
          .append("... ")
          .append(lines.size() - room + 1)
          .append(" more lines")
          .append(END_OF_LINE);
    }
    write(frame.append(END_UPDATE).toString());
  }

  /** As much of a line as fits; sequences that set colours take no room. */
  static String fitted(String line, int columns) {
    int width = 0;
    int i = 0;
    while (i < line.length()) {
      if (line.charAt(i) == '\u001b') {
        i = line.indexOf('m', i) + 1;
        continue;
      }
      if (width == columns) {
        return line.substring(0, i) + (line.indexOf('\u001b') < 0 ? "" : PLAIN);
      }
      i += Character.charCount(line.codePointAt(i));
      width++;
    }
    return line;
  }

  private void write(String text) {
    try {
      terminal.out().write(text.getBytes(StandardCharsets.UTF_8));
      terminal.out().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (terminal.outIsTerminal()) {
      write(LEAVE + String.join("\n", shown) + "\n");
    }
  }
}
