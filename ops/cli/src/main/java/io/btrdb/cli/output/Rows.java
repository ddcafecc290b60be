package io.btrdb.cli.output;

import java.io.OutputStream;
import java.util.List;

/**
 * Takes a result row by row and cell by cell, in the order of the columns. Writes as it goes, so
 * that a result may be of any size. Belongs to one thread.
 *
 * <p>A write that fails throws {@link java.io.UncheckedIOException}, also when the reader of a pipe
 * has gone.
 */
public sealed interface Rows extends AutoCloseable permits TableRows, CsvRows, JsonRows {
  /** Opens a result of these columns. */
  static Rows open(Format format, TimeForm times, OutputStream out, List<String> columns) {
    TimeForm form = times == null ? format.times() : times;
    return switch (format) {
      case TABLE -> new TableRows(out, form, columns);
      case CSV -> new CsvRows(out, form, columns);
      case JSON -> new JsonRows(out, form, columns, false);
      case JSONL -> new JsonRows(out, form, columns, true);
    };
  }

  Rows text(String value);

  /** Nanoseconds since the Unix epoch, in the form that was asked for. */
  Rows time(long nanos);

  /** With as many digits as it takes to read the same number back. */
  Rows number(double value);

  Rows integer(long value);

  /** A value that is JSON itself, such as {@code true} or {@code {"a":"b"}}. */
  Rows json(String value);

  /** A cell without a value. */
  Rows none();

  /** Ends the row; it must be complete. */
  void end();

  /** Writes what is left. Does not close the stream beneath. */
  @Override
  void close();
}
