package io.btrdb.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
  @Test
  void shouldTellMediansOfRunsAndPercentilesOfAllCalls() {
    Series series = new Series("insert-q", "inserts", "values");
    for (int i = 1; i <= 1_000; i++) {
      series.latency(i * 1_000_000L);
    }
    series.add(new Series.Run(100, 1, new Usage(1, 10, 0)));
    series.add(new Series.Run(900, 1, new Usage(9, 90, 0)));
    series.add(new Series.Run(100, 0.5, new Usage(2, 20, 0)));
    Figure figure = series.figure(new Goal.RateAtLeast(200), new Goal.MedianBelow(500));
    assertEquals(200, figure.rate(), 1e-9);
    assertEquals(List.of(100.0, 900.0, 200.0), figure.rates());
    assertEquals(2, figure.clientCpuSeconds(), 1e-9);
    assertEquals(20, figure.nodesCpuSeconds(), 1e-9);
    assertEquals(500, figure.p50Millis(), 0.6);
    assertEquals(990, figure.p99Millis(), 1.1);
    assertTrue(figure.goals().get(0).isReached(figure));
    assertFalse(figure.goals().get(1).isReached(figure));
    assertFalse(figure.isReached());
  }

  @Test
  void shouldLeaveOutWhatWasNotMeasured() {
    Figure figure = new Series("reads", "nothing", "queries").figure();
    assertTrue(Double.isNaN(figure.rate()));
    assertTrue(Double.isNaN(figure.p50Millis()));
    assertTrue(figure.isReached());
  }

  @Test
  void shouldTakeTheMiddleOfTwo() {
    assertEquals(2.5, Series.median(new double[] {4, 1, 3, 2}), 0.0);
    assertEquals(3, Series.median(new double[] {9, 1, 3}), 0.0);
  }
}
