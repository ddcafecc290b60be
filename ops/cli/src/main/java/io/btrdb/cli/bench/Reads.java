package io.btrdb.cli.bench;

import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Direction;
import io.btrdb.client.PointCursor;
import io.btrdb.client.StreamView;
import io.btrdb.client.Version;
import io.btrdb.client.WindowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/** Reads of one long stream, at its latest version and at a pinned one. */
final class Reads implements Workload {
  private static final int BATCH = 50_000;
  private static final int LOAD_IN_FLIGHT = 16;
  private static final int WINDOWS = 1_000;
  private static final double RAW_GOAL = 1e7;
  private static final double WINDOWS_GOAL_MILLIS = 5;
  private static final double ALIGNED_GOAL_MILLIS = 1;
  private static final double NEAREST_GOAL_MILLIS = 0.5;

  /** One aligned window of 2^60 ns, from 2006 to 2043, holds all points. */
  private static final int ALL_WIDTH = 60;

  @Override
  public String name() {
    return "reads";
  }

  @Override
  public List<Figure> run(Bench bench) {
    int points = bench.settings().points();
    BtrdbStream stream = load(bench, points);
    Version pinned = stream.flush();
    List<Figure> figures = new ArrayList<>();
    for (boolean latest : new boolean[] {true, false}) {
      StreamView view = latest ? stream.latest() : stream.at(pinned);
      figures.addAll(new Queries(bench, view, points, latest ? "latest" : "pinned").measure());
    }
    return figures;
  }

  /** A stream of so many points, all in the trees. */
  static BtrdbStream load(Bench bench, int points) {
    bench.say("  loading one stream of " + String.format("%,d", points) + " points");
    double[][][] values = {Dataset.cut(Dataset.values(Dataset.Kind.Q, 0, points), BATCH)};
    AsyncInsert.Batches batches = new AsyncInsert.Batches(Dataset.times(points, BATCH), values);
    List<BtrdbStream> streams = bench.newStreams(1);
    new AsyncInsert(bench, 1, LOAD_IN_FLIGHT).run(streams, batches, new Series("", "load", ""));
    bench.settle(streams);
    return streams.get(0);
  }

  /** The queries on one view. */
  private static final class Queries {
    private final Bench bench;
    private final StreamView view;
    private final String suffix;
    private final int points;
    private final long start = Dataset.START;
    private final long end;
    private final SplittableRandom random = new SplittableRandom(7);

    Queries(Bench bench, StreamView view, int points, String suffix) {
      this.bench = bench;
      this.view = view;
      this.suffix = suffix;
      this.points = points;
      this.end = Dataset.time(points);
    }

    List<Figure> measure() {
      int queries = bench.settings().queries();
      return List.of(
          repeat("raw read of all", "values", 1, v -> raw()).figure(new Goal.RateAtLeast(RAW_GOAL)),
          repeat("1,000 windows over all", "queries", queries, v -> windows(start, end))
              .figure(new Goal.MedianBelow(WINDOWS_GOAL_MILLIS)),
          repeat("1,000 windows, random ranges", "queries", queries, v -> randomWindows())
              .figure(new Goal.MedianBelow(WINDOWS_GOAL_MILLIS)),
          repeat("one aligned window over all", "queries", 5 * queries, v -> aligned())
              .figure(new Goal.MedianBelow(ALIGNED_GOAL_MILLIS)),
          repeat("nearest", "queries", 10 * queries, v -> nearest())
              .figure(new Goal.MedianBelow(NEAREST_GOAL_MILLIS)));
    }

    /**
     * @param query gives how much it counts for
     */
    private Series repeat(String what, String unit, int count, ToLongFunction<StreamView> query) {
      Series series = new Series("reads", what + ", " + suffix, unit);
      for (int i = 0; i < Math.max(1, count / 3); i++) {
        long unused = query.applyAsLong(view);
      }
      for (int run = 0; run < bench.settings().runs(); run++) {
        bench.checkWanted();
        long done = 0;
        Usage before = bench.usageBefore();
        long begun = System.nanoTime();
        for (int i = 0; i < count; i++) {
          long sent = System.nanoTime();
          done += query.applyAsLong(view);
          series.latency(System.nanoTime() - sent);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        series.add(new Series.Run(done, seconds, bench.usageSince(before)));
      }
      return series;
    }

    private long raw() {
      long read = 0;
      double sum = 0;
      try (PointCursor cursor = view.values(start, end)) {
        while (cursor.next()) {
          for (int i = 0; i < cursor.size(); i++) {
            sum += cursor.value(i);
          }
          read += cursor.size();
        }
      }
      check(read == points && sum > 0, "raw read", read);
      return read;
    }

    private long windows(long from, long to) {
      long width = (to - from) / WINDOWS;
      long count = 0;
      try (WindowCursor cursor = view.windows(from, from + WINDOWS * width, width)) {
        while (cursor.next()) {
          for (int i = 0; i < cursor.size(); i++) {
            count += cursor.count(i);
          }
        }
      }
      long least = (to - from) / 1_000_000_000L * Dataset.HERTZ * 9 / 10;
      check(count >= least && count <= points, "windows", count);
      return 1;
    }

    private long randomWindows() {
      long span = (end - start) / 20 + random.nextLong((end - start) / 2);
      long from = start + random.nextLong(end - start - span);
      return windows(from, from + span);
    }

    private long aligned() {
      long count = 0;
      try (WindowCursor cursor = view.alignedWindows(1L << ALL_WIDTH, 2L << ALL_WIDTH, ALL_WIDTH)) {
        while (cursor.next()) {
          for (int i = 0; i < cursor.size(); i++) {
            count += cursor.count(i);
          }
        }
      }
      check(count == points, "the aligned window", count);
      return 1;
    }

    private long nearest() {
      long time = start + 1 + random.nextLong(end - start - 1_000_000_000L);
      Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
      check(view.nearest(time, direction).isPresent(), "nearest", 0);
      return 1;
    }

    private void check(boolean right, String what, long count) {
      if (!right) {
        throw new IllegalStateException(
            what + " at " + suffix + " gave " + count + " of " + points + " points");
      }
    }
  }
}
