package io.btrdb.cli.output;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.btrdb.cli.text.IsoTime;
import java.io.OutputStream;
import java.util.List;

/**
 * Rows as a JSON array of objects, one object a line, or as the lines alone.
 *
 * <pre>
 * result := "[" [object ("," object)*] "]"  |  (object "\n")*
 * object := "{" column ":" (string | number | boolean | "null" | json) ("," ...)* "}"
 * </pre>
 *
 * Times in nanoseconds are numbers of up to 19 digits: exact for readers with 64-bit integers; for
 * others there is {@link TimeForm#ISO}.
 */
final class JsonRows implements Rows {
  private final BufferedText out;
  private final TimeForm times;
  private final List<String> keys;
  private final boolean lines;
  private int cell;
  private boolean first = true;

  /**
   * @param lines without the array
   */
  JsonRows(OutputStream out, TimeForm times, List<String> columns, boolean lines) {
    this.out = new BufferedText(out);
    this.times = times;
    this.keys = columns.stream().map(column -> quote(column.replace(' ', '_')) + ":").toList();
    this.lines = lines;
    if (!lines) {
      this.out.add('[');
    }
  }

  @Override
  public Rows text(String value) {
    key();
    out.add(quote(value));
    return this;
  }

  @Override
  public Rows time(long nanos) {
    key();
    switch (times) {
      case ISO -> out.add(quote(IsoTime.print(nanos)));
      case NS -> out.add(nanos);
    }
    return this;
  }

  @Override
  public Rows number(double value) {
    key();
    if (Double.isFinite(value)) {
      out.add(value);
    } else {
      out.add("null");
    }
    return this;
  }

  @Override
  public Rows integer(long value) {
    key();
    out.add(value);
    return this;
  }

  @Override
  public Rows json(String value) {
    key();
    out.add(value);
    return this;
  }

  @Override
  public Rows none() {
    key();
    out.add("null");
    return this;
  }

  private void key() {
    if (cell == keys.size()) {
      throw new IllegalStateException("a row has more cells than its " + cell + " columns");
    }
    if (cell == 0) {
      out.add(lines ? "{" : first ? "\n{" : ",\n{");
    } else {
      out.add(',');
    }
    out.add(keys.get(cell++));
  }

  private static String quote(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  @Override
  public void end() {
    if (cell != keys.size()) {
      throw new IllegalStateException(
          "a row of " + keys.size() + " columns has " + cell + " cells");
    }
    cell = 0;
    first = false;
    out.add(lines ? "}\n" : "}");
    out.flushIfFull();
  }

  @Override
  public void close() {
    if (!lines) {
      out.add(first ? "]\n" : "\n]\n");
    }
    out.flush();
  }
}
