package io.btrdb.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PointRateTest {
  private final PointRate rate = new PointRate();
  private long count;

  private long sample(long second, long more) {
    count += more;
    return rate.sample(TimeUnit.SECONDS.toNanos(second), count);
  }

  @Test
  void shouldTellNothingBeforeItHasSeenFiveSeconds() {
    assertEquals(0, sample(100, 1_000_000));
    assertEquals(0, sample(104, 400));
    assertEquals(100, sample(105, 100));
  }

  @Test
  void shouldSmoothOverAMinuteAndForgetWhatWasBefore() {
    sample(0, 0);
    for (int second = 1; second <= 60; second++) {
      sample(second, second % 10 == 0 ? 1_000 : 0);
    }
    assertEquals(100, sample(60, 0));
    for (int second = 61; second <= 130; second++) {
      long now = sample(second, 0);
      assertTrue(now <= 110, "at " + second + ": " + now);
    }
    assertEquals(0, sample(131, 0));
  }

  @Test
  void shouldBeginAnewWhenTheCountDoes() {
    sample(0, 0);
    sample(10, 10_000);
    count = 0;
    assertEquals(0, sample(11, 50));
    assertEquals(20, sample(16, 100));
  }
}
