package io.btrdb.cli.csv;

import io.btrdb.cli.text.BadText;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into its cells.
 *
 * <pre>
 * line   := cell (delimiter cell)*
 * cell   := space* (plain | quoted) space*
 * quoted := "\"" (any but "\"" | "\"\"")* "\""
 * </pre>
 *
 * <p>Quotes do not reach over the end of a line, unlike those of RFC 4180: a measurement has no
 * need of it, and a stray quote costs one line here instead of the rest of the file. A quote in the
 * middle of a plain cell is a character like others. A space as the delimiter stands for any number
 * of spaces.
 */
final class Cells {
  private final char delimiter;
  private final List<String> cells = new ArrayList<>();

  Cells(char delimiter) {
    this.delimiter = delimiter;
  }

  /**
   * Splits a line. The list is reused by the next call.
   *
   * @throws BadText when a quote is not closed or text follows it
   */
  List<String> split(String line) {
    cells.clear();
    int at = 0;
    while (at <= line.length()) {
      at = cell(line, at) + 1;
    }
    return cells;
  }

  /** Takes the cell that begins there; returns where its delimiter is, or the line's length. */
  private int cell(String line, int from) {
    int start = from;
    while (start < line.length() && isBlank(line.charAt(start))) {
      start++;
    }
    if (start < line.length() && line.charAt(start) == '"') {
      return quoted(line, start + 1);
    }
    int end = line.indexOf(delimiter, start);
    end = end < 0 ? line.length() : end;
    cells.add(line.substring(start, end).stripTrailing());
    if (delimiter == ' ') {
      while (end + 1 < line.length() && line.charAt(end + 1) == ' ') {
        end++;
      }
    }
    return end;
  }

  private int quoted(String line, int from) {
    StringBuilder text = new StringBuilder();
    int at = from;
    while (true) {
      int quote = line.indexOf('"', at);
      if (quote < 0) {
        throw new BadText("a quote is not closed");
      }
      text.append(line, at, quote);
      at = quote + 1;
      if (at < line.length() && line.charAt(at) == '"') {
        text.append('"');
        at++;
      } else {
        break;
      }
    }
    while (at < line.length() && isBlank(line.charAt(at))) {
      at++;
    }
    if (at < line.length() && line.charAt(at) != delimiter) {
      throw new BadText("text follows a closing quote");
    }
    cells.add(text.toString());
    return at;
  }

  private boolean isBlank(char c) {
    return (c == ' ' || c == '\t') && c != delimiter;
  }
}
