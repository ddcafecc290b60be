package io.btrdb.client;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** One row of an answer to {@link Btrdb#sql}: values by the names of their columns. Immutable. */
public final class SqlRow {
  private final String json;
  private final Map<String, Object> values;

  private SqlRow(String json, Map<String, Object> values) {
    this.json = json;
    this.values = values;
  }

  static SqlRow parse(String json) {
    return new SqlRow(json, new JsonText(json).object());
  }

  /** Names of the columns, in the order of the query. */
  public Set<String> columns() {
    return values.keySet();
  }

  /**
   * All values: String, Long, Double, Boolean, null, a Map of texts for annotations, a List. A UUID
   * is a String here.
   */
  public Map<String, Object> values() {
    return values;
  }

  /** The row as it came, one JSON object. */
  public String json() {
    return json;
  }

  /** Whether the column is null. */
  public boolean isNull(String column) {
    return value(column) == null;
  }

  /** A text, or null. */
  public String text(String column) {
    return typed(column, String.class, "a text");
  }

  /**
   * A whole number.
   *
   * @throws IllegalStateException when it is null, as for every other type
   */
  public long integer(String column) {
    return present(column, typed(column, Long.class, "a whole number"));
  }

  /** A number, whole or not. */
  public double number(String column) {
    return present(column, typed(column, Number.class, "a number")).doubleValue();
  }

  public boolean bool(String column) {
    return present(column, typed(column, Boolean.class, "a boolean"));
  }

  /** A UUID, or null. */
  public UUID uuid(String column) {
    String text = text(column);
    return text == null ? null : UUID.fromString(text);
  }

  /** Annotations, or null. */
  @SuppressWarnings("unchecked")
  public Map<String, String> map(String column) {
    return typed(column, Map.class, "a map");
  }

  /** A list of texts, or null. */
  @SuppressWarnings("unchecked")
  public List<String> list(String column) {
    return typed(column, List.class, "a list");
  }

  private Object value(String column) {
    if (!values.containsKey(column)) {
      throw new IllegalArgumentException(
          "there is no column " + column + "; there are " + values.keySet());
    }
    return values.get(column);
  }

  private <T> T typed(String column, Class<T> type, String what) {
    Object value = value(column);
    if (value != null && !type.isInstance(value)) {
      throw new IllegalStateException("column " + column + " is not " + what + ": " + value);
    }
    return type.cast(value);
  }

  private static <T> T present(String column, T value) {
    if (value == null) {
      throw new IllegalStateException("column " + column + " is null");
    }
    return value;
  }

  @Override
  public String toString() {
    return json;
  }
}
