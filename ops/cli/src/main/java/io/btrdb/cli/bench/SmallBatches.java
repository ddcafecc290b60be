package io.btrdb.cli.bench;

import io.btrdb.client.BtrdbStream;
import java.util.List;

/** Batches of one second, 120 points, over 64 streams. */
final class SmallBatches implements Workload {
  private static final int STREAMS = 64;
  private static final int BATCH = 120;
  private static final int IN_FLIGHT = 8 * STREAMS;
  private static final int WARM_UP_PART = 4;
  private static final double GOAL = 1e6;

  @Override
  public String name() {
    return "batches";
  }

  @Override
  public List<Figure> run(Bench bench) {
    int perStream = bench.settings().points() / 2 / STREAMS;
    long[][] times = Dataset.times(perStream, BATCH);
    double[][][] values = {Dataset.cut(Dataset.values(Dataset.Kind.Q, 0, perStream), BATCH)};
    AsyncInsert insert = new AsyncInsert(bench, bench.settings().writers(), IN_FLIGHT);
    Series series = new Series(name(), STREAMS + " streams x " + BATCH + " points", "values");

    long[][] some = java.util.Arrays.copyOf(times, Math.max(1, times.length / WARM_UP_PART));
    List<BtrdbStream> warm = bench.newStreams(STREAMS);
    insert.run(warm, new AsyncInsert.Batches(some, values), new Series(name(), "warm-up", ""));
    bench.settle(warm);
    double logBytes = 0;
    long count = 0;
    for (int run = 0; run < bench.settings().runs(); run++) {
      List<BtrdbStream> streams = bench.newStreams(STREAMS);
      Series.Run written = insert.run(streams, new AsyncInsert.Batches(times, values), series);
      series.add(written);
      logBytes += written.usage().logBytes();
      count += written.count();
      bench.settle(streams);
    }
    return List.of(
        series.figure(new Goal.RateAtLeast(GOAL)).withBytes(logBytes / count, Double.NaN));
  }
}
