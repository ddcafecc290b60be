package io.btrdb.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Reads of spans of reduced resolution, beside a model whose points lie at their slots' starts. */
class ReducedRangesTest {
  private static final int ROUNDS = 300;

  private final TreeFixture fixture = new TreeFixture(new TreeShape(3, 5));

  @Test
  void shouldCountTheWholeSlotInTheWindowInWhichItBegins() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long span = 1L << random.nextInt(4, 13);
      TreeMap<Long, Double> points = new TreeMap<>();
      for (int i = random.nextInt(1, 200); i > 0; i--) {
        points.put(random.nextLong(span), random.nextDouble());
      }
      ReducedRanges reduced = ranges(random, span);
      Root root = root(points);
      long start = random.nextLong(span);
      long end = start + random.nextLong(1, span);
      long width = random.nextLong(1, 1 + span / 4);
      assertEquals(
          expected(points, reduced, start, end, width),
          found(fixture.tree.windows(root, start, end, width, reduced)),
          "seed " + seed);
      int pw = random.nextInt(10);
      long first = start >> pw << pw;
      assertEquals(
          expected(points, reduced, first, end >> pw << pw, 1L << pw),
          found(fixture.tree.alignedWindows(root, start, end, pw, reduced)),
          "seed " + seed);
    }
  }

  @Test
  void shouldFindTheFirstAndTheLastPointOfASlotOnly() {
    TreeMap<Long, Double> points = new TreeMap<>();
    for (long time = 0; time < 64; time++) {
      points.put(time, (double) time);
    }
    Root root = root(points);
    ReducedRanges reduced = new ReducedRanges(List.of(new ReducedRange(16, 48, 4)));
    assertEquals(15, nearest(root, 15, false, reduced));
    assertEquals(16, nearest(root, 16, false, reduced));
    assertEquals(32, nearest(root, 17, false, reduced));
    assertEquals(48, nearest(root, 33, false, reduced));
    assertEquals(47, nearest(root, 48, true, reduced));
    assertEquals(31, nearest(root, 40, true, reduced));
    assertEquals(15, nearest(root, 20, true, reduced));
  }

  @Test
  void shouldCutSlotsAtTheEndsOfTheirRange() {
    ReducedRange range = new ReducedRange(5, 30, 3);
    assertEquals(5, range.floor(7));
    assertEquals(8, range.ceiling(7));
    assertEquals(24, range.floor(29));
    assertEquals(30, range.ceiling(29));
    ReducedRange all = new ReducedRange(TimeRange.MIN, TimeRange.MAX, 63);
    assertEquals(TimeRange.MIN, all.floor(0));
    assertEquals(TimeRange.MAX, all.ceiling(0));
    assertEquals(TimeRange.MIN, all.ceiling(TimeRange.MIN));
  }

  @Test
  void shouldTakeNoRangesThatOverlap() {
    ReducedRange one = new ReducedRange(0, 10, 3);
    ReducedRanges some = new ReducedRanges(List.of(new ReducedRange(10, 20, 5), one));
    assertEquals(one, some.list().getFirst());
    assertEquals(Optional.empty(), some.with(List.of(new ReducedRange(19, 21, 3))));
    assertTrue(some.with(List.of(new ReducedRange(20, 21, 3))).isPresent());
    List<ReducedRange> twice = List.of(new ReducedRange(30, 32, 1), new ReducedRange(31, 33, 1));
    assertEquals(Optional.empty(), some.with(twice));
    assertThrows(IllegalArgumentException.class, () -> new ReducedRanges(twice));
    assertThrows(IllegalArgumentException.class, () -> new ReducedRange(3, 3, 1));
  }

  private long nearest(Root root, long time, boolean backward, ReducedRanges reduced) {
    return fixture.tree.nearest(root, time, backward, reduced).orElseThrow().time();
  }

  private Root root(TreeMap<Long, Double> points) {
    long[] times = points.keySet().stream().mapToLong(time -> time).toArray();
    double[] values = points.values().stream().mapToDouble(value -> value).toArray();
    return fixture.fold(
        Root.EMPTY, 11, e -> e.insert(times, values, 0, times.length, MergePolicy.NEVER));
  }

  private static ReducedRanges ranges(SplittableRandom random, long span) {
    ReducedRanges ranges = ReducedRanges.NONE;
    for (int i = random.nextInt(4); i > 0; i--) {
      long start = random.nextLong(span);
      ReducedRange more =
          new ReducedRange(start, start + random.nextLong(1, span), random.nextInt(12));
      ranges = ranges.with(List.of(more)).orElse(ranges);
    }
    return ranges;
  }

  /** Start and count of each window that holds points. */
  private static List<String> expected(
      TreeMap<Long, Double> points, ReducedRanges reduced, long start, long end, long width) {
    List<String> all = new ArrayList<>();
    for (long at = start; at + width <= end; at += width) {
      long from = at;
      long count =
          points.keySet().stream()
              .mapToLong(reduced::floor)
              .filter(time -> time >= from && time < from + width)
              .count();
      if (count > 0) {
        all.add(at + ":" + count);
      }
    }
    return all;
  }

  private static List<String> found(Cursors.Windows cursor) {
    List<String> all = new ArrayList<>();
    WindowChunk chunk = new WindowChunk(3);
    while (cursor.next(chunk)) {
      for (int i = 0; i < chunk.size; i++) {
        if (chunk.count[i] > 0) {
          all.add(chunk.times[i] + ":" + chunk.count[i]);
        }
      }
    }
    return all;
  }
}
