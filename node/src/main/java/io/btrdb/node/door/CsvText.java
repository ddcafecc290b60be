package io.btrdb.node.door;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cells and rows as the contract writes them. */
final class CsvText {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private CsvText() {}

  /** Six decimals, as C's {@code %f}. */
  static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%f", value) : "" + value;
  }

  /** RFC 3339, in UTC, with as many decimals of the second as it takes. */
  static String time(long nanos) {
    return DateTimeFormatter.ISO_INSTANT.format(
        Instant.ofEpochSecond(
            Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND)));
  }

  /**
   * @param labels one for each stream
   */
  static List<String> header(List<String> labels, List<CsvColumns> streams, boolean versions) {
    List<String> row = new ArrayList<>(List.of("Timestamp (ns)", "Human-Readable Time (UTC)"));
    for (int i = 0; i < labels.size(); i++) {
      CsvColumns stream = streams.get(i);
      String name = labels.get(i) + (versions ? ", ver. " + stream.version() : "");
      stream.titles().forEach(title -> row.add(name + title));
    }
    return row;
  }

  /** The row of the earliest time of any stream; null when none is left. */
  static List<String> row(List<CsvColumns> streams) {
    long time = streams.stream().mapToLong(CsvColumns::time).min().orElse(Long.MAX_VALUE);
    if (time == Long.MAX_VALUE) {
      return null;
    }
    List<String> row = new ArrayList<>(List.of(Long.toString(time), time(time)));
    for (CsvColumns stream : streams) {
      if (stream.time() == time) {
        stream.take(row);
      } else {
        stream.titles().forEach(title -> row.add(""));
      }
    }
    return row;
  }
}
