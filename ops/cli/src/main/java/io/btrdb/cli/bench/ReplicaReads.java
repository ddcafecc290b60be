package io.btrdb.cli.bench;

import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Consistency;
import io.btrdb.client.StreamView;
import io.btrdb.client.Version;
import io.btrdb.client.WindowCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The same statistics of one stream by many callers at once: from the leader alone, and from all
 * replicas. Nodes that share a machine share its cores, which would hide what another replica
 * brings; so each has a small share of a core to itself.
 */
final class ReplicaReads implements Workload {
  private static final double NODE_CORES = 0.2;
  private static final int WINDOWS = 1_000;
  private static final Duration STALENESS = Duration.ofSeconds(1);

  @Override
  public String name() {
    return "replica-reads";
  }

  @Override
  public List<Figure> run(Bench bench) {
    BtrdbStream stream = Reads.load(bench, bench.settings().points());
    Version version = stream.flush();
    List<Figure> figures = new ArrayList<>();
    Optional<CpuQuota> quota = CpuQuota.of(bench.pids(), NODE_CORES);
    if (quota.isEmpty()) {
      bench.say(
          "  nodes share the cores: run this as root on Linux to give each a share of its own");
    }
    String share = quota.isEmpty() ? "" : ", " + NODE_CORES + " cores a node";
    try (CpuQuota held = quota.orElse(null)) {
      figures.add(measure(bench, stream.latest(), "latest, from the leader" + share));
      figures.add(
          measure(
              bench,
              stream.at(Consistency.boundedStaleness(STALENESS)),
              "latest, at most 1 s stale, from all replicas" + share));
      figures.add(measure(bench, stream.at(version), "pinned, from all replicas" + share));
    }
    double alone = figures.get(0).rate();
    for (Figure figure : figures.subList(1, figures.size())) {
      bench.say(
          String.format(
              "  %s: %.2f times the leader's rate", figure.what(), figure.rate() / alone));
    }
    return figures;
  }

  private Figure measure(Bench bench, StreamView view, String what) {
    Series series = new Series(name(), "1,000 windows, " + what, "queries");
    long start = Dataset.START;
    long width = (Dataset.time(bench.settings().points()) - start) / WINDOWS;
    new Callers(bench)
        .measure(
            series,
            (caller, number) -> {
              try (WindowCursor cursor = view.windows(start, start + WINDOWS * width, width)) {
                long windows = 0;
                while (cursor.next()) {
                  windows += cursor.size();
                }
                if (windows < WINDOWS - 1) {
                  throw new IllegalStateException(what + " gave " + windows + " windows");
                }
              }
            });
    return series.figure();
  }
}
