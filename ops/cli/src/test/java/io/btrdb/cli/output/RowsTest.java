package io.btrdb.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowsTest {
  private static String print(Format format, TimeForm times) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Rows rows = Rows.open(format, times, out, List.of("name", "first time", "value", "n"))) {
      rows.text("a \"b\", c\nd").time(1).number(-0.0).integer(7).end();
      rows.text("ü").time(1_000_000_000L).none().integer(Long.MIN_VALUE).end();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldPrintTables() {
    assertEquals(
        """
        NAME        FIRST TIME                      VALUE                     N
        a "b", c d  1970-01-01T00:00:00.000000001Z   -0.0                     7
        ü           1970-01-01T00:00:01Z                -  -9223372036854775808
        """,
        print(Format.TABLE, null));
  }

  @Test
  void shouldPrintCsv() {
    assertEquals(
        """
        name,first time,value,n
        "a ""b"", c
        d",1,-0.0,7
        ü,1000000000,,-9223372036854775808
        """,
        print(Format.CSV, null));
  }

  @Test
  void shouldPrintJson() throws IOException {
    String text = print(Format.JSON, TimeForm.ISO);
    assertEquals(
        """
        [
        {"name":"a \\"b\\", c\\nd","first_time":"1970-01-01T00:00:00.000000001Z","value":-0.0,"n":7},
        {"name":"ü","first_time":"1970-01-01T00:00:01Z","value":null,"n":-9223372036854775808}
        ]
        """,
        text);
    assertEquals(2, new ObjectMapper().readTree(text).size());
  }

  @Test
  void shouldPrintLinesOfJson() {
    assertEquals(
        """
        {"name":"a \\"b\\", c\\nd","first_time":1,"value":-0.0,"n":7}
        {"name":"ü","first_time":1000000000,"value":null,"n":-9223372036854775808}
        """,
        print(Format.JSONL, null));
  }

  @Test
  void shouldPutJsonIntoEveryFormat() {
    for (Format format : Format.values()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (Rows rows = Rows.open(format, null, out, List.of("a"))) {
        rows.json("{\"k\":\"v\"}").end();
      }
      String expected =
          switch (format) {
            case TABLE -> "A\n{\"k\":\"v\"}\n";
            case CSV -> "a\n\"{\"\"k\"\":\"\"v\"\"}\"\n";
            case JSON -> "[\n{\"a\":{\"k\":\"v\"}}\n]\n";
            case JSONL -> "{\"a\":{\"k\":\"v\"}}\n";
          };
      assertEquals(expected, out.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void shouldPrintEmptyResults() {
    for (Format format : Format.values()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Rows.open(format, null, out, List.of("a")).close();
      String expected =
          switch (format) {
            case TABLE -> "A\n";
            case CSV -> "a\n";
            case JSON -> "[]\n";
            case JSONL -> "";
          };
      assertEquals(expected, out.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void shouldPrintNumbersThatReadBackTheSame() throws IOException {
    long seed = Long.getLong("btrdb.test.seed", System.nanoTime());
    Random random = new Random(seed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    double[] values = random.longs(10_000).mapToDouble(Double::longBitsToDouble).toArray();
    try (Rows rows = Rows.open(Format.JSON, null, out, List.of("v"))) {
      for (double value : values) {
        rows.number(value).end();
      }
    }
    JsonNode result = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
    for (int i = 0; i < values.length; i++) {
      JsonNode value = result.get(i).get("v");
      double back = value.isNull() ? Double.NaN : Double.parseDouble(value.asText());
      double expected = Double.isFinite(values[i]) ? values[i] : Double.NaN;
      assertEquals(expected, back, () -> "seed " + seed);
    }
  }

  @Test
  void shouldStreamPastTheSampleOfATable() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Rows rows = Rows.open(Format.TABLE, null, out, List.of("n"))) {
      for (int i = 0; i < 10_000; i++) {
        rows.integer(i).end();
      }
    }
    assertEquals(10_001, out.toString(StandardCharsets.UTF_8).lines().count());
  }

  @Test
  void shouldNoticeThatTheReaderHasGone() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    Rows rows = Rows.open(Format.CSV, null, closed, List.of("a"));
    assertThrows(UncheckedIOException.class, rows::close);
  }

  @Test
  void shouldRefuseRowsOfAnotherWidth() {
    Rows rows = Rows.open(Format.CSV, null, OutputStream.nullOutputStream(), List.of("a", "b"));
    rows.integer(1);
    assertThrows(IllegalStateException.class, rows::end);
  }
}
