package io.btrdb.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataTypeField;

/**
 * A row as one JSON object in UTF-8: a member for each column, in their order; of two that have the
 * same name the second gets a number. UUIDs and texts are strings, an hstore is an object of
 * strings, a list is an array; a number that JSON does not have (NaN, infinite) is a string.
 */
final class JsonRow {
  private static final JsonFactory JSON = new JsonFactory();

  private final List<String> names;

  JsonRow(List<RelDataTypeField> columns) {
    List<String> distinct = new ArrayList<>();
    for (RelDataTypeField column : columns) {
      // What the engine calls a column of VALUES.
      String named = column.getName().replaceFirst("^EXPR\\$\\d+$", "column");
      String name = named;
      for (int i = 2; distinct.contains(name); i++) {
        name = named + "_" + i;
      }
      distinct.add(name);
    }
    names = List.copyOf(distinct);
  }

  /**
   * @param row an array, or the value itself when there is one column
   */
  byte[] encode(Object row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      for (int i = 0; i < names.size(); i++) {
        json.writeFieldName(names.get(i));
        write(json, row instanceof Object[] columns ? columns[i] : row);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes every byte", e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Long number -> json.writeNumber(number);
      case Integer number -> json.writeNumber(number);
      case Double number -> {
        if (Double.isFinite(number)) {
          json.writeNumber(number);
        } else {
          json.writeString(number.toString());
        }
      }
      case BigDecimal number -> json.writeNumber(number);
      case Boolean bool -> json.writeBoolean(bool);
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName(entry.getKey().toString());
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object each : list) {
          write(json, each);
        }
        json.writeEndArray();
      }
      default -> json.writeString(value.toString());
    }
  }
}
