package io.btrdb.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final long END = 1_795_000_000_000_000_000L;

  @Test
  void shouldAscendFromAYearAgoToThePresent() {
    Timeline timeline = new Timeline(END, Duration.ofMinutes(7), Duration.ofSeconds(90));
    assertEquals(END - Timeline.YEAR_NANOS, timeline.time(0));
    for (int i = 1; i < timeline.size(); i++) {
      assertTrue(timeline.time(i) > timeline.time(i - 1), "at " + i);
    }
    long last = timeline.time(timeline.size() - 1);
    assertTrue(last < END && last >= END - 8_333_334, "ends " + (END - last) + " ns early");
  }

  @Test
  void shouldMeasureTheEndOfTheYearAt120Hertz() {
    Timeline timeline = new Timeline(END, Duration.ofMinutes(7), Duration.ofSeconds(90));
    int dense = 0;
    while (timeline.time(timeline.size() - 1 - dense) > timeline.denseStart()) {
      dense++;
    }
    assertEquals(90 * Timeline.HERTZ - 1, dense);
  }
}
