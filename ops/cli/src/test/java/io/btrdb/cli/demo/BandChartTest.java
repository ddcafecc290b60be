package io.btrdb.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class BandChartTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_793_527_200L * SECOND; // 2026-11-01T10:00Z

  @Test
  void shouldDrawBandsMeansAndHoles() {
    Windows windows = new Windows(START, 60 * SECOND, 20);
    for (int i = 0; i < 20; i++) {
      if (i != 7 && i != 8) {
        windows.set(i, 100 + i, 110 + i, 120 + i, 60);
      }
    }
    assertEquals(
        """
             139.0 ┤          ░░░░░░░░░░
                   │░░░░░░░  ░▄▄▄▄▄▀▀▀▀▀
                   │▄▄▄▄▄▀▀  ▀░░░░░░░░░░
             100.0 ┤░░░░░░░  ░
                   └────────────────────
                    10:00:00    10:20:00
        """,
        text(BandChart.render(windows, 4)));
  }

  @Test
  void shouldMarkAnOutlierInsteadOfFlatteningTheRest() {
    Windows windows = new Windows(START, 86_400 * SECOND, 40);
    for (int i = 0; i < 40; i++) {
      double wave = 10 * Math.sin(i / 4.0);
      windows.set(i, 7_200 + wave - 2, 7_200 + wave, 7_200 + wave + 2, 1_000);
    }
    windows.set(30, 2_231, 7_205, 7_212, 1_000);
    assertEquals(
        """
           7,212.0 ┤   ░▄▄▀▀▄▄░                 ░▄░▀▀▄▄░
                   │ ▄▄▀░   ░░▀▄░             ░▄▀░▀   ░▀▄░
           7,200.5 ┤▄░         ░▀▄░         ░▄▀   ░     ░▀▄░
                   │             ░▀▄░░   ░▄▄▀     ░       ░▀
                   │               ░▀▀▄▄▄▀░       ░
           7,183.3 ┤                   ░          ░
           2,231.0 ▼                              ▼
                   └────────────────────────────────────────
                    2026-11-01     2026-11-21     2026-12-11
        """,
        text(BandChart.render(windows, 6)));
  }

  @Test
  void shouldKeepOutliersOnTheScaleWhenAskedTo() {
    Windows windows = new Windows(START, SECOND, 24);
    for (int i = 0; i < 24; i++) {
      windows.set(i, i == 9 ? 0 : 95, i == 9 ? 40 : 97, 100, 10);
    }
    List<String> lines = BandChart.renderWhole(windows, 3);
    assertEquals("         0 ┤         ░", lines.get(2));
    assertEquals(5, lines.size());
  }

  @Test
  void shouldDrawAFlatLine() {
    Windows windows = new Windows(START, SECOND / 10, 24);
    for (int i = 0; i < 24; i++) {
      windows.set(i, 5, 5, 5, 1);
    }
    assertEquals(
        """
              6.00 ┤
                   │▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
              4.00 ┤
                   └────────────────────────
                    10:00:00.000 10:00:02.400
        """,
        text(BandChart.render(windows, 3)));
  }

  @Test
  void shouldSayThatThereIsNothing() {
    assertEquals(
        List.of("            (no points)"), BandChart.render(new Windows(START, SECOND, 10), 4));
  }

  @Test
  void shouldPrintAsManyDecimalsAsTheSpanCallsFor() {
    assertEquals("7,201", BandChart.number(7_200.6, 80));
    assertEquals("7,200.6", BandChart.number(7_200.6, 8));
    assertEquals("60.012", BandChart.number(60.0123, 0.06));
    assertEquals("60.0123", BandChart.number(60.0123, 0.001));
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}
