package io.btrdb.cli.bench;

import io.btrdb.client.BtrdbStream;
import java.util.List;

/** One point a call, from 64 callers at once, each waiting for its answer; over the client. */
final class SinglePoints implements Workload {
  private static final double GOAL = 20_000;
  private static final double GOAL_MILLIS = 10;

  @Override
  public String name() {
    return "points";
  }

  @Override
  public List<Figure> run(Bench bench) {
    List<BtrdbStream> streams = bench.newStreams(Callers.CALLERS);
    Series series =
        new Series(name(), "single points, " + Callers.CALLERS + " callers, client", "values");
    new Callers(bench)
        .measure(
            series,
            (caller, number) ->
                streams
                    .get(caller)
                    .insert(new long[] {Dataset.time(number)}, new double[] {7_200 + caller}));
    bench.settle(streams);
    return List.of(series.figure(new Goal.RateAtLeast(GOAL), new Goal.MedianBelow(GOAL_MILLIS)));
  }
}
