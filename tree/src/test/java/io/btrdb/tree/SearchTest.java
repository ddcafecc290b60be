package io.btrdb.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SearchTest {
  @Test
  void shouldFindTheSameByEverySearch() {
    Random random = new Random(8);
    for (int round = 0; round < 20_000; round++) {
      long[] times = new long[1 + random.nextInt(120)];
      int bits = 1 + random.nextInt(61);
      Arrays.setAll(times, i -> TimeRange.MIN + (random.nextLong() >>> (64 - bits)));
      Arrays.sort(times);
      int from = random.nextInt(times.length);
      int to = from + random.nextInt(times.length - from + 1);
      long wanted = times[random.nextInt(times.length)] + random.nextInt(3) - 1;
      int expected = from;
      while (expected < to && times[expected] < wanted) {
        expected++;
      }
      assertEquals(expected, Search.lowerBound(times, from, to, wanted));
      assertEquals(expected, Search.gallop(times, from, to, wanted));
      assertEquals(expected, Search.interpolate(times, from, to, wanted));
    }
  }
}
