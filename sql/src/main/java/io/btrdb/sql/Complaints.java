package io.btrdb.sql;

import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.parser.SqlParseException;

/** The engine's words about a query, without those that only its makers understand. */
final class Complaints {
  /** Some quote the whole query. */
  private static final int CHARS_MAX = 200;

  private Complaints() {}

  /** The parser lists everything that it would have liked better; that is left out. */
  static String ofParser(SqlParseException e) {
    if (e.getCause() instanceof StackOverflowError) {
      return "the query is nested too deeply";
    }
    String message = firstLine(e.getMessage());
    return "syntax error: " + message.replaceAll(" at line \\d+, column \\d+\\.?.*", "");
  }

  static String ofValidator(CalciteContextException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return firstLine(cause.getMessage());
  }

  static String ofRun(Throwable thrown) {
    return thrown.getMessage() == null
        ? thrown.getClass().getSimpleName()
        : firstLine(thrown.getMessage());
  }

  private static String firstLine(String message) {
    String line = message == null ? "the query is wrong" : message.lines().findFirst().orElse("");
    return line.length() <= CHARS_MAX ? line : line.substring(0, CHARS_MAX) + "...";
  }
}
