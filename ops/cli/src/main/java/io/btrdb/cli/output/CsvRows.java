package io.btrdb.cli.output;

import io.btrdb.cli.text.IsoTime;
import java.io.OutputStream;
import java.util.List;

/**
 * Rows as RFC 4180 has them.
 *
 * <pre>
 * file := header row*
 * row  := cell ("," cell)* "\n"
 * cell := "" | plain | "\"" text with each quote doubled "\""
 * </pre>
 */
final class CsvRows implements Rows {
  private final BufferedText out;
  private final TimeForm times;
  private final int columns;
  private int cell;

  CsvRows(OutputStream out, TimeForm times, List<String> columns) {
    this.out = new BufferedText(out);
    this.times = times;
    this.columns = columns.size();
    columns.forEach(this::text);
    end();
  }

  @Override
  public Rows text(String value) {
    separate();
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    out.add(plain ? value : "\"" + value.replace("\"", "\"\"") + "\"");
    return this;
  }

  @Override
  public Rows time(long nanos) {
    separate();
    switch (times) {
      case ISO -> out.add(IsoTime.print(nanos));
      case NS -> out.add(nanos);
    }
    return this;
  }

  @Override
  public Rows number(double value) {
    separate();
    out.add(value);
    return this;
  }

  @Override
  public Rows integer(long value) {
    separate();
    out.add(value);
    return this;
  }

  @Override
  public Rows json(String value) {
    return text(value);
  }

  @Override
  public Rows none() {
    separate();
    return this;
  }

  private void separate() {
    if (cell++ > 0) {
      out.add(',');
    }
  }

  @Override
  public void end() {
    if (cell != columns) {
      throw new IllegalStateException("a row of " + columns + " columns has " + cell + " cells");
    }
    cell = 0;
    out.add('\n');
    out.flushIfFull();
  }

  @Override
  public void close() {
    out.flush();
  }
}
