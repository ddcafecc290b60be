package io.btrdb.cli.output;

import io.btrdb.cli.text.IsoTime;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rows under each other. The widths are those of the first {@value #SAMPLE} rows; a later cell that
 * is wider shifts its line, so that nothing is cut and a result of any size can stream.
 */
final class TableRows implements Rows {
  private static final int SAMPLE = 256;
  private static final String GAP = "  ";

  private final BufferedText out;
  private final TimeForm times;
  private final List<String> columns;
  private final boolean[] alignRight;
  private final int[] widths;
  private final List<List<String>> waiting = new ArrayList<>();
  private List<String> row = new ArrayList<>();
  private boolean streaming;

  TableRows(OutputStream out, TimeForm times, List<String> columns) {
    this.out = new BufferedText(out);
    this.times = times;
    this.columns = columns;
    this.alignRight = new boolean[columns.size()];
    this.widths = new int[columns.size()];
  }

  @Override
  public Rows text(String value) {
    row.add(value.replaceAll("\\R", " "));
    return this;
  }

  @Override
  public Rows time(long nanos) {
    row.add(
        switch (times) {
          case ISO -> IsoTime.print(nanos);
          case NS -> Long.toString(nanos);
        });
    return this;
  }

  @Override
  public Rows number(double value) {
    return right(Double.toString(value));
  }

  @Override
  public Rows integer(long value) {
    return right(Long.toString(value));
  }

  private Rows right(String cell) {
    alignRight[row.size()] = true;
    row.add(cell);
    return this;
  }

  @Override
  public Rows json(String value) {
    return text(value);
  }

  @Override
  public Rows none() {
    row.add("-");
    return this;
  }

  @Override
  public void end() {
    if (row.size() != columns.size()) {
      throw new IllegalStateException(
          "a row of " + columns.size() + " columns has " + row.size() + " cells");
    }
    if (streaming) {
      write(row);
      out.flushIfFull();
    } else {
      waiting.add(row);
      if (waiting.size() == SAMPLE) {
        startStreaming();
      }
    }
    row = new ArrayList<>(columns.size());
  }

  private void startStreaming() {
    streaming = true;
    measure(columns);
    waiting.forEach(this::measure);
    write(columns.stream().map(column -> column.toUpperCase(Locale.ROOT)).toList());
    waiting.forEach(this::write);
    waiting.clear();
  }

  private void measure(List<String> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], width(cells.get(i)));
    }
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private void write(List<String> cells) {
    int last = cells.size() - 1;
    for (int i = 0; i <= last; i++) {
      String cell = cells.get(i);
      String padding = " ".repeat(Math.max(0, widths[i] - width(cell)));
      if (alignRight[i]) {
        out.add(padding).add(cell);
      } else {
        out.add(cell).add(i == last ? "" : padding);
      }
      out.add(i == last ? "\n" : GAP);
    }
  }

  @Override
  public void close() {
    if (!streaming) {
      startStreaming();
    }
    out.flush();
  }
}
