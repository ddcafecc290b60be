package io.btrdb.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/** A table in memory that takes no hint, so that a wrong hint shows, and remembers them all. */
final class Streams implements RowSource {
  private final List<StreamRow> rows;
  private final List<RowHint> hints = new ArrayList<>();
  private int read;

  Streams(List<StreamRow> rows) {
    this.rows = rows;
  }

  /** Six streams: half in {@code foo/a}, half in {@code bär}; every other one has annotations. */
  static Streams six() {
    return new Streams(IntStream.range(0, 6).mapToObj(Streams::row).toList());
  }

  static StreamRow row(int i) {
    boolean even = i % 2 == 0;
    return new StreamRow(
        uuid(i),
        i < 3 ? "foo/a" : "bär",
        Map.of("name", "n" + i, "unit", even ? "V" : "A"),
        even ? new TreeMap<>(Map.of("k", "v" + i, "place", "x \"y\"")) : Map.of(),
        i + 1);
  }

  static UUID uuid(int i) {
    return new UUID(i, i);
  }

  List<RowHint> hints() {
    return hints;
  }

  /** Rows that were taken. */
  int read() {
    return read;
  }

  @Override
  public Iterator<StreamRow> rows(RowHint hint) {
    hints.add(hint);
    Iterator<StreamRow> all = rows.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public StreamRow next() {
        read++;
        return all.next();
      }
    };
  }

  /** The answer's rows. */
  static List<String> answer(
      SqlEngine engine, RowSource source, String query, String... parameters) {
    Stop stop = new Stop(System.nanoTime() + 60_000_000_000L);
    List<String> found = new ArrayList<>();
    try (SqlAnswer answer = engine.query(query, List.of(parameters), source, stop)) {
      byte[] row = answer.next();
      while (row != null) {
        found.add(new String(row, StandardCharsets.UTF_8));
        row = answer.next();
      }
    }
    return found;
  }
}
