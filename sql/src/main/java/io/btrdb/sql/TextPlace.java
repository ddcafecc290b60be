package io.btrdb.sql;

/** A character of a query's text, as people count: lines and columns from 1. */
record TextPlace(int line, int column) {
  static TextPlace of(String text, int offset) {
    int line = 1;
    int start = 0;
    int end = Math.min(offset, text.length());
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new TextPlace(line, end - start + 1);
  }

  /** Where a place is in a text; the text's end when it lies beyond. */
  int offsetIn(String text) {
    int start = 0;
    for (int i = 1; i < line; i++) {
      int next = text.indexOf('\n', start);
      if (next < 0) {
        return text.length();
      }
      start = next + 1;
    }
    return Math.min(start + column - 1, text.length());
  }

  @Override
  public String toString() {
    return "line " + line + ", column " + column;
  }
}
