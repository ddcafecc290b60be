package io.btrdb.cli.csv;

import java.io.IOException;
import java.io.Reader;

/**
 * Lines of a text with their numbers, whether they end in {@code \n}, {@code \r\n} or {@code \r}. A
 * byte order mark is passed over. A line that never ends is cut, so that a wrong file does not fill
 * the heap.
 */
final class LineReader {
  static final int LENGTH_MAX = 1 << 16;

  private final Reader in;
  private final char[] buffer = new char[1 << 16];
  private final StringBuilder line = new StringBuilder(256);
  private int at;
  private int end;
  private long number;
  private boolean tooLong;

  LineReader(Reader in) {
    this.in = in;
  }

  /** The next line without its end; null at the end of the text. */
  String next() throws IOException {
    line.setLength(0);
    tooLong = false;
    if (!fill()) {
      return null;
    }
    number++;
    while (fill()) {
      int start = at;
      while (at < end && buffer[at] != '\n' && buffer[at] != '\r') {
        at++;
      }
      append(start);
      if (at < end) {
        skipLineEnd();
        break;
      }
    }
    boolean marked = number == 1 && line.length() > 0 && line.charAt(0) == '\ufeff';
    return marked ? line.substring(1) : line.toString();
  }

  private void append(int start) {
    int room = LENGTH_MAX - line.length();
    tooLong |= at - start > room;
    line.append(buffer, start, Math.min(room, at - start));
  }

  private void skipLineEnd() throws IOException {
    if (buffer[at++] == '\r' && fill() && buffer[at] == '\n') {
      at++;
    }
  }

  private boolean fill() throws IOException {
    if (at == end) {
      end = Math.max(0, in.read(buffer));
      at = 0;
    }
    return at < end;
  }

  /** Number of the last line, from 1. */
  long number() {
    return number;
  }

  /** Whether the last line was cut after {@value #LENGTH_MAX} characters. */
  boolean tooLong() {
    return tooLong;
  }
}
