package io.btrdb.sql;

import java.util.List;
import java.util.Map;

/** About how many bytes of the heap a row takes. */
final class RowSize {
  /** Of a group, its key aside: the entry of a map, and what is counted. */
  static final long GROUP = 160;

  private static final long OBJECT = 24;
  private static final long STRING = 48;
  private static final long ENTRY = 56;

  private RowSize() {}

  static long of(Object row) {
    if (!(row instanceof Object[] columns)) {
      return ofValue(row);
    }
    long bytes = OBJECT;
    for (Object column : columns) {
      bytes += 8 + ofValue(column);
    }
    return bytes;
  }

  static long ofValue(Object value) {
    return switch (value) {
      case null -> 0;
      case String text -> STRING + text.length();
      case Map<?, ?> map -> {
        long bytes = STRING;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          bytes += ENTRY + ofValue(entry.getKey()) + ofValue(entry.getValue());
        }
        yield bytes;
      }
      case List<?> list -> {
        long bytes = STRING;
        for (Object each : list) {
          bytes += 8 + ofValue(each);
        }
        yield bytes;
      }
      default -> OBJECT;
    };
  }
}
