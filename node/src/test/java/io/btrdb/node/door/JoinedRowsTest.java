package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.tree.PointChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JoinedRowsTest {
  /** Points at times, values 0, 1, 2 ..., a few at a time. */
  private static PointSource source(int chunk, long... times) {
    return new PointSource.Local(
        10,
        0,
        new io.btrdb.tree.Cursors.Points() {
          private int next;

          @Override
          public boolean next(PointChunk into) {
            into.size = 0;
            while (next < times.length && into.size < into.times.length) {
              into.times[into.size] = times[next];
              into.values[into.size++] = next++;
            }
            return into.size > 0;
          }
        },
        new PointChunk(chunk));
  }

  private static List<String> rows(JoinedRows rows) {
    List<String> all = new ArrayList<>();
    while (rows.next()) {
      for (int i = 0; i < rows.size; i++) {
        StringBuilder row = new StringBuilder().append(rows.times[i]);
        for (double[] column : rows.values) {
          row.append(Double.isNaN(column[i]) ? " -" : " " + (int) column[i]);
        }
        all.add(row.toString());
      }
    }
    return all;
  }

  private static List<String> join(long period, long start, long end, PointSource... sources) {
    return rows(new JoinedRows(List.of(sources), start, end, period, 3));
  }

  @Test
  void shouldJoinOnTimeWithoutLosingAPoint() {
    assertEquals(
        List.of("1 0 -", "2 1 0", "2 2 -", "3 - 1", "7 3 2"),
        join(0, 0, 100, source(2, 1, 2, 2, 7), source(1, 2, 3, 7)));
    assertEquals(List.of(), join(0, 0, 100, source(2), source(2)));
  }

  @Test
  void shouldSnapToTheNearestMultipleHalvesUp() {
    assertEquals(
        List.of("-10 0", "0 1", "10 3", "20 4"), join(10, -100, 100, source(2, -6, -5, 5, 14, 15)));
    assertEquals(List.of("0 0", "3 1"), join(3, 0, 100, source(5, 1, 2)));
  }

  @Test
  void shouldTakeTheNearestOfSeveralAndOfEquallyNearOnesTheLast() {
    assertEquals(List.of("10 1"), join(10, 0, 100, source(1, 6, 9, 13)));
    assertEquals(List.of("10 1"), join(10, 0, 100, source(2, 9, 11)));
    assertEquals(List.of("10 2"), join(10, 0, 100, source(2, 8, 10, 10)));
  }

  @Test
  void shouldKeepOnlyRowsWithinTheRange() {
    assertEquals(List.of("10 1"), join(10, 3, 20, source(2, 2, 11, 15)));
    assertEquals(List.of("10 0"), join(10, 10, 20, source(2, 5, 16, 17)));
  }

  @Test
  void shouldAgreeWithAPlainModel() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      long period = random.nextInt(12);
      long[] a = random.longs(random.nextInt(40), -50, 50).sorted().distinct().toArray();
      long[] b = random.longs(random.nextInt(40), -50, 50).sorted().distinct().toArray();
      long start = random.nextInt(40) - 40;
      long end = start + 1 + random.nextInt(60);
      assertEquals(
          model(period, start, end, a, b),
          join(
              period,
              start,
              end,
              source(1 + random.nextInt(5), a),
              source(1 + random.nextInt(5), b)),
          "seed " + seed);
    }
  }

  private static List<String> model(long period, long start, long end, long[]... streams) {
    TreeMap<Long, Integer[]> rows = new TreeMap<>();
    for (int stream = 0; stream < streams.length; stream++) {
      for (int i = 0; i < streams[stream].length; i++) {
        long time = streams[stream][i];
        long row = period == 0 ? time : Math.floorDiv(time + period / 2, period) * period;
        if (row < start || row >= end) {
          continue;
        }
        Integer[] values = rows.computeIfAbsent(row, t -> new Integer[streams.length]);
        Integer old = values[stream];
        if (old == null || Math.abs(time - row) <= Math.abs(streams[stream][old] - row)) {
          values[stream] = i;
        }
      }
    }
    return rows.entrySet().stream()
        .map(
            row ->
                row.getKey()
                    + Arrays.stream(row.getValue())
                        .map(value -> value == null ? " -" : " " + value)
                        .reduce("", String::concat))
        .toList();
  }
}
