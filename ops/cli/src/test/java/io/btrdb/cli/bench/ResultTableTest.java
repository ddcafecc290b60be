package io.btrdb.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {
  private static final double NONE = Double.NaN;
  private static final List<Figure> FIGURES =
      List.of(
          new Figure(
              "insert-q",
              "bulk",
              "values",
              2_612_345,
              List.of(2_612_345.0),
              41.27,
              118.9,
              3.51,
              12.4,
              1.874,
              1.0,
              List.of(new Goal.RateAtLeast(2.5e6))),
          new Figure(
              "points",
              "single points",
              "values",
              18_250,
              List.of(18_250.0),
              3.1,
              9.96,
              1,
              2,
              NONE,
              NONE,
              List.of(new Goal.RateAtLeast(20_000), new Goal.MedianBelow(10))),
          new Figure(
              "unary",
              "unary",
              "values",
              812,
              List.of(812.0),
              0.4123,
              NONE,
              NONE,
              NONE,
              NONE,
              NONE,
              List.of()));

  @Test
  void shouldAlignFiguresUnderEachOther() {
    assertEquals(
        """
        WORKLOAD                  RATE  P50 ms  P99 ms  CLIENT CPU s  NODES CPU s  LOG B/VALUE  DISK B/VALUE  GOAL
        bulk           2.61 M values/s    41.3     119          3.51         12.4         1.87          1.00  >= 2.50 M/s               reached
        single points  18.3 k values/s    3.10    9.96          1.00         2.00            -             -  >= 20.0 k/s, p50 < 10 ms  not reached
        unary             812 values/s   0.412       -             -            -            -             -
        """,
        String.join("\n", ResultTable.render(FIGURES)) + "\n");
  }

  @Test
  void shouldWriteFiguresAsJsonWithNullForWhatWasNotMeasured() throws IOException {
    Settings settings = new Settings(1_000_000, 1, 2, 64, 3, 50);
    Machine machine = new Machine("Linux 6", 2, 8L << 30, 0.1, "OpenJDK 25", "abc123");
    String json =
        new Results(Instant.parse("2026-11-01T00:00:00Z"), machine, 3, settings, FIGURES).json();
    JsonNode root = new ObjectMapper().readTree(json);
    assertEquals("2026-11-01T00:00:00Z", root.get("time").asText());
    assertEquals(2, root.at("/machine/cores").asInt());
    assertEquals(3, root.get("nodes").asInt());
    assertEquals(64, root.at("/settings/inFlight").asInt());
    assertEquals(2_612_345, root.at("/figures/0/rate").asDouble(), 0.0);
    assertTrue(root.at("/figures/0/reached").asBoolean());
    assertTrue(root.at("/figures/1/logBytesPerValue").isNull());
    assertTrue(root.at("/figures/2/reached").isMissingNode());
    assertEquals("p50 < 10 ms", root.at("/figures/1/goals/1").asText());
  }

  @Test
  void shouldPrintThreeDigits() {
    assertEquals("0.412", Figures.threeDigits(0.4123));
    assertEquals("1.00", Figures.threeDigits(0.9996));
    assertEquals("10.0", Figures.threeDigits(9.996));
    assertEquals("1234", Figures.threeDigits(1_234.4));
    assertEquals("9999", Figures.rate(9_999));
    assertEquals("10.0 k", Figures.rate(10_000));
    assertEquals("0.5", Figures.plain(0.5));
    assertEquals("10", Figures.plain(10));
  }
}
