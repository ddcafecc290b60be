package io.btrdb.cli.bench;

import io.btrdb.client.BtrdbStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Ten streams, batches of 10,000 points. */
final class BulkInsert implements Workload {
  private static final int STREAMS = 10;
  private static final int BATCH = 10_000;
  private static final int WARM_UP_PART = 2;
  private static final double GOAL = 2.5e6;
  private static final double GOAL_ALONE = 5e6;

  private final Dataset.Kind kind;

  BulkInsert(Dataset.Kind kind) {
    this.kind = kind;
  }

  @Override
  public String name() {
    return "insert-" + kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Figure> run(Bench bench) {
    int perStream = bench.settings().points() / STREAMS;
    AsyncInsert.Batches batches = batches(perStream);
    AsyncInsert insert =
        new AsyncInsert(bench, bench.settings().writers(), bench.settings().inFlight());
    String what = STREAMS + " streams x " + BATCH + " points, kind " + kind;
    warmUp(bench, insert, batches);

    Series acknowledged = new Series(name(), what, "values");
    Series merged = new Series(name(), what + ", until in the trees", "values");
    double storeBefore = bench.target().storeBytes();
    List<Double> logBytes = new ArrayList<>();
    long values = 0;
    for (int run = 0; run < bench.settings().runs(); run++) {
      List<BtrdbStream> streams = bench.newStreams(STREAMS);
      Usage before = bench.usageBefore();
      long begun = System.nanoTime();
      Series.Run written = insert.run(streams, batches, acknowledged);
      acknowledged.add(written);
      bench.settle(streams);
      double seconds = (System.nanoTime() - begun) / 1e9;
      Usage usage = bench.usageSince(before);
      merged.add(new Series.Run(written.count(), seconds, usage));
      logBytes.add(usage.logBytes() / written.count());
      values += written.count();
    }
    double log = Series.median(logBytes.stream().mapToDouble(Double::doubleValue).toArray());
    double store = (bench.target().storeBytes() - storeBefore) / values;
    Goal goal = new Goal.RateAtLeast(bench.isAlone() ? GOAL_ALONE : GOAL);
    return List.of(
        (kind == Dataset.Kind.Q ? acknowledged.figure(goal) : acknowledged.figure()),
        merged.figure().withBytes(log, store));
  }

  private AsyncInsert.Batches batches(int perStream) {
    double[][][] values = new double[STREAMS][][];
    for (int s = 0; s < STREAMS; s++) {
      values[s] = Dataset.cut(Dataset.values(kind, s, perStream), BATCH);
    }
    return new AsyncInsert.Batches(Dataset.times(perStream, BATCH), values);
  }

  private void warmUp(Bench bench, AsyncInsert insert, AsyncInsert.Batches batches) {
    int part = Math.max(1, batches.times().length / WARM_UP_PART);
    long[][] times = java.util.Arrays.copyOf(batches.times(), part);
    List<BtrdbStream> streams = bench.newStreams(STREAMS);
    insert.run(streams, new AsyncInsert.Batches(times, batches.values()), ignored());
    bench.settle(streams);
  }

  private Series ignored() {
    return new Series(name(), "warm-up", "values");
  }
}
