package io.btrdb.cli.csv;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.text.BadText;
import io.btrdb.client.TimeBounds;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A file of measurements, read row by row. A row is good as a whole or bad as a whole. Belongs to
 * one thread.
 *
 * <pre>{@code
 * try (MeasurementFile file = MeasurementFile.open(path, CsvOptions.DEFAULTS)) {
 *   while (file.next()) {
 *     if (file.isGood()) {
 *       use(file.time(), file.value(0));
 *     } else {
 *       complain(file.lineNumber(), file.problem());
 *     }
 *   }
 * }
 * }</pre>
 */
public final class MeasurementFile implements AutoCloseable {
  private static final int SAMPLE_LINES = 50;
  private static final int GZIP_BUFFER = 1 << 16;

  /** A line and its number, looked at before its turn to find out how the file is written. */
  private record Line(long number, String text, boolean tooLong) {}

  private final CountedBytes bytes;
  private final LineReader lines;
  private final CsvOptions options;
  private final Deque<Line> ahead = new ArrayDeque<>();
  private final Layout layout;
  private final Cells cells;
  private final double[] values;
  private final boolean[] present;
  private long lineNumber;
  private long time;
  private String problem;

  private MeasurementFile(Path path, InputStream in, CsvOptions options) throws IOException {
    this.bytes = new CountedBytes(in);
    this.options = options;
    InputStream text =
        path.toString().endsWith(".gz") ? new GZIPInputStream(bytes, GZIP_BUFFER) : bytes;
    this.lines = new LineReader(new InputStreamReader(text, StandardCharsets.UTF_8));
    List<String> sample = new ArrayList<>();
    while (sample.size() < SAMPLE_LINES && lookAhead()) {
      sample.add(ahead.getLast().text());
    }
    this.layout = Layout.detect(sample, options);
    this.cells = new Cells(layout.delimiter());
    this.values = new double[layout.valueColumns().size()];
    this.present = new boolean[values.length];
    if (layout.hasHeader()) {
      lineNumber = ahead.removeFirst().number();
    }
  }

  /**
   * Opens a file, compressed when its name ends in {@code .gz}.
   *
   * @throws CommandFailed as a usage error when it cannot be found out how it is written
   */
  public static MeasurementFile open(Path path, CsvOptions options) throws IOException {
    InputStream in = Files.newInputStream(path);
    try {
      return new MeasurementFile(path, in, options);
    } catch (CommandFailed e) {
      in.close();
      throw new CommandFailed(ExitCode.USAGE, path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      in.close();
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /** How the file is written. */
  public Layout layout() {
    return layout;
  }

  /** Bytes of the file that were read, compressed ones if it is. */
  public long bytesRead() {
    return bytes.count;
  }

  /** Moves to the next row, good or bad; false at the end. */
  public boolean next() throws IOException {
    if (ahead.isEmpty() && !lookAhead()) {
      return false;
    }
    Line line = ahead.removeFirst();
    lineNumber = line.number();
    problem = null;
    try {
      read(line);
    } catch (BadText e) {
      problem = e.getMessage();
    }
    return true;
  }

  private boolean lookAhead() throws IOException {
    for (String text = lines.next(); text != null; text = lines.next()) {
      boolean comment = !options.comment().isEmpty() && text.startsWith(options.comment());
      if (!comment && !text.isBlank()) {
        ahead.add(new Line(lines.number(), text, lines.tooLong()));
        return true;
      }
    }
    return false;
  }

  private void read(Line line) {
    if (line.tooLong()) {
      throw new BadText("the line is longer than " + LineReader.LENGTH_MAX + " characters");
    }
    List<String> row = cells.split(line.text());
    if (layout.timeColumn() >= row.size()) {
      throw new BadText("the time is missing");
    }
    time = layout.times().parse(row.get(layout.timeColumn()));
    if (time < TimeBounds.MIN || time > TimeBounds.LAST) {
      throw new BadText(
          "'" + row.get(layout.timeColumn()) + "' is not between June 1933 and August 2079");
    }
    boolean any = false;
    for (int i = 0; i < values.length; i++) {
      int column = layout.valueColumns().get(i);
      String cell = column < row.size() ? row.get(column) : "";
      present[i] = !cell.isEmpty();
      if (present[i]) {
        values[i] = Numbers.parse(cell, options.decimalComma());
        any = true;
      }
    }
    if (!any) {
      throw new BadText(values.length == 1 ? "the value is missing" : "all values are missing");
    }
  }

  /** Number of the row's line, from 1. */
  public long lineNumber() {
    return lineNumber;
  }

  public boolean isGood() {
    return problem == null;
  }

  /** What is wrong with a bad row. */
  public String problem() {
    return problem;
  }

  /** Nanoseconds since the Unix epoch. */
  public long time() {
    return time;
  }

  /**
   * Whether the row has this value; a cell of several may be empty.
   *
   * @param i index into {@link Layout#names}
   */
  public boolean hasValue(int i) {
    return present[i];
  }

  public double value(int i) {
    return values[i];
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  private static final class CountedBytes extends FilterInputStream {
    private long count;

    CountedBytes(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
