package io.btrdb.cli.bench;

import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.client.Btrdb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The cluster that is measured: nodes of this machine, whose processes and folders can be looked
 * at, or others, of which only the endpoints are known.
 */
final class Target implements AutoCloseable {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final String RAFT = "raft";
  private static final String PENDING = "btrdb_replica_pending_points";

  private final String[] endpoints;
  private final Optional<LocalCluster> local;
  private final Optional<LogMeter> log;

  private Target(String[] endpoints, Optional<LocalCluster> local) {
    this.endpoints = endpoints;
    this.local = local;
    this.log =
        local.map(
            cluster ->
                new LogMeter(
                    cluster.nodes().stream()
                        .map(node -> cluster.dataDirectory(node).resolve(RAFT))
                        .toList()));
  }

  /** A running local cluster. */
  static Target of(LocalCluster cluster) {
    return new Target(cluster.endpoints(), Optional.of(cluster));
  }

  static Target of(String... endpoints) {
    return new Target(endpoints, Optional.empty());
  }

  Btrdb connect() {
    return Btrdb.builder().endpoints(endpoints).deadline(Duration.ofSeconds(120)).connect();
  }

  String[] endpoints() {
    return endpoints.clone();
  }

  boolean isLocal() {
    return local.isPresent();
  }

  int nodes() {
    return local.map(cluster -> cluster.nodes().size()).orElse(endpoints.length);
  }

  /** Processes of the nodes that run. */
  List<Long> pids() {
    return local.stream()
        .flatMap(cluster -> cluster.nodes().stream().map(cluster::pid))
        .flatMap(pid -> pid.stream().boxed())
        .toList();
  }

  /** Written to the log so far, of one replica on average; NaN when that cannot be known. */
  double logBytes() {
    return log.map(meter -> (double) meter.bytes() / nodes()).orElse(Double.NaN);
  }

  /** In the data folder besides the log, of one node on average; NaN likewise. */
  double storeBytes() {
    return local
        .map(
            cluster ->
                cluster.nodes().stream()
                    .mapToLong(node -> storeBytes(cluster.dataDirectory(node)))
                    .average()
                    .orElseThrow())
        .orElse(Double.NaN);
  }

  private static long storeBytes(Path data) {
    Path raft = data.resolve(RAFT);
    try (Stream<Path> files = Files.walk(data)) {
      return files.filter(file -> !file.startsWith(raft)).mapToLong(Target::size).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until the sealed points are in the trees of all nodes; of a cluster that is not local,
   * for nothing.
   *
   * @return whether they are
   */
  boolean awaitMerged(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (pendingPoints() > 0) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  private double pendingPoints() {
    return sum(PENDING);
  }

  /** Of all nodes and whatever the metric is told by; 0 where nobody has it. */
  double sum(String metric) {
    return local.stream()
        .flatMap(cluster -> cluster.nodes().stream().map(cluster::metrics))
        .mapToDouble(metrics -> sum(metrics, metric))
        .sum();
  }

  /** Points of all shards that are logged and not merged, as metrics say. */
  static double pendingPoints(String metrics) {
    return sum(metrics, PENDING);
  }

  /**
   * Of all lines of a metric.
   *
   * @param metrics in Prometheus' text form
   */
  static double sum(String metrics, String metric) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(metric))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() {
    log.ifPresent(LogMeter::close);
  }
}
