package io.btrdb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Rows of SQL as they come, and values out of them. */
class SqlRowTest {
  private static final String JSON =
      " {\"name\" : \"a\\\"\\\\\\/\\n\\u00e9\\ud83d\\ude00\",\"n\":-42,\"d\":1.5e3,\"b\":true,\"x\":null,"
          + "\"m\":{\"k\":\"v\",\"e\":\"\"},\"l\":[\"a\",\"b\"],\"none\":[],\"o\":{},"
          + "\"uuid\":\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"} ";

  @Test
  void shouldReadEveryType() {
    SqlRow row = SqlRow.parse(JSON);
    assertEquals("a\"\\/\né\uD83D\uDE00", row.text("name"));
    assertEquals(-42, row.integer("n"));
    assertEquals(-42.0, row.number("n"));
    assertEquals(1500.0, row.number("d"));
    assertTrue(row.bool("b"));
    assertTrue(row.isNull("x"));
    assertNull(row.text("x"));
    assertNull(row.map("x"));
    assertEquals(Map.of("k", "v", "e", ""), row.map("m"));
    assertEquals(List.of("a", "b"), row.list("l"));
    assertEquals(List.of(), row.list("none"));
    assertEquals(Map.of(), row.map("o"));
    assertEquals(UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), row.uuid("uuid"));
    assertEquals(
        List.of("name", "n", "d", "b", "x", "m", "l", "none", "o", "uuid"),
        List.copyOf(row.columns()));
    assertEquals(JSON, row.json());
  }

  @Test
  void shouldSayWhatAColumnIsNot() {
    SqlRow row = SqlRow.parse("{\"a\":\"x\",\"b\":null}");
    assertEquals(
        "there is no column c; there are [a, b]",
        assertThrows(IllegalArgumentException.class, () -> row.text("c")).getMessage());
    assertEquals(
        "column a is not a whole number: x",
        assertThrows(IllegalStateException.class, () -> row.integer("a")).getMessage());
    assertEquals(
        "column b is null",
        assertThrows(IllegalStateException.class, () -> row.integer("b")).getMessage());
  }

  @Test
  void shouldRefuseWhatIsNoObject() {
    for (String bad :
        List.of(
            "",
            "1",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1}x",
            "{\"a\":\"x}",
            "{\"a\":\"\\q\"}",
            "{\"a\":\"\\u12\"}",
            "{\"a\":nul}",
            "{\"a\":1e}",
            "[1]",
            "{\"a\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}")) {
      assertThrows(IllegalStateException.class, () -> SqlRow.parse(bad), bad);
    }
  }
}
