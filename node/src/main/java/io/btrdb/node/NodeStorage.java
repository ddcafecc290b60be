package io.btrdb.node;

import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.pool.CatalogJournal;
import io.btrdb.node.pool.NodeSegments;
import io.btrdb.node.pool.Pool;
import io.btrdb.node.pool.PoolAccess;
import io.btrdb.node.pool.PoolChores;
import io.btrdb.node.replica.Replicas;
import io.btrdb.node.replica.SegmentRepair;
import io.btrdb.node.replica.SharedNodeCache;
import io.btrdb.storage.ceph.PoolCounters;
import io.btrdb.storage.local.LocalSegmentStore;
import java.time.Duration;
import java.util.Optional;

/**
 * Where this node's segments are, as its settings say: on its disk, and in the shared pool if they
 * name one; with what the node does in that pool.
 */
final class NodeStorage implements AutoCloseable {
  private static final long MEBI = 1 << 20;

  private final NodeConfig config;
  private final NodeSegments segments;
  private final Optional<CatalogJournal> journal;
  private volatile Optional<PoolChores> chores = Optional.empty();

  private NodeStorage(NodeConfig config, NodeSegments segments) {
    this.config = config;
    this.segments = segments;
    this.journal = segments.destination().map(CatalogJournal::new);
  }

  /**
   * Opens both; a node's first start waits for the pool.
   *
   * @param opener the way to the pool, if there is one
   */
  static NodeStorage open(NodeConfig config, FoundingRecord founding, PoolAccess.Opener opener)
      throws InterruptedException {
    LocalSegmentStore disk = LocalSegmentStore.open(config.dataDirectory().resolve("segments"));
    try {
      Optional<Pool> pool = Optional.empty();
      if (config.storage().pool().isPresent()) {
        pool =
            Optional.of(
                Pool.open(
                    opener,
                    patience(config.storage().pool().get()),
                    founding,
                    config.dataDirectory()));
      }
      boolean pooled = config.storage().store() == NodeConfig.Store.CEPH;
      return new NodeStorage(config, new NodeSegments(disk, pool, pooled));
    } catch (RuntimeException | InterruptedException e) {
      disk.close();
      throw e;
    }
  }

  private static Pool.Patience patience(NodeConfig.Pool settings) {
    return new Pool.Patience(
        settings.readTimeoutMillis(),
        settings.writeTimeoutMillis(),
        Duration.ofSeconds(settings.outageSeconds()));
  }

  NodeSegments segments() {
    return segments;
  }

  LocalSegmentStore disk() {
    return segments.disk();
  }

  /** Of the catalog, when the cluster is archived in the pool. */
  Optional<CatalogJournal> journal() {
    return journal;
  }

  /** Begins with what is to be done in the pool. */
  void start(Replicas replicas) {
    chores =
        config.storage().pool().map(settings -> openChores(replicas, settings.archiveSeconds()));
    chores.ifPresent(PoolChores::start);
  }

  private PoolChores openChores(Replicas replicas, int archiveSeconds) {
    return new PoolChores(
        segments,
        new PooledReplicas(replicas),
        journal,
        new PoolChores.Pace(
            archiveSeconds, config.placement().transferMegabytesPerSecond() * MEBI));
  }

  void figures(
      NodeMetrics figures, SharedNodeCache cache, SegmentRepair repair, PoolCounters traffic) {
    figures.storage(cache, disk(), repair);
    chores.ifPresent(busy -> figures.pool(segments.pool().orElseThrow(), busy));
    chores.ifPresent(busy -> figures.traffic(traffic));
  }

  /** Segments of a shard's replica that are not yet where the settings want them. */
  int toMove(int shard) {
    return chores.map(busy -> busy.toMove(shard)).orElse(0);
  }

  /** Why writes are refused on the pool's account; empty while they are not. */
  Optional<String> missing() {
    return segments.pool().flatMap(Pool::spent);
  }

  /** What is wrong with the pool. While writes go on it is no reason to send nobody here. */
  Optional<String> warning() {
    return segments.pool().flatMap(Pool::warning);
  }

  /** Ends what is done in the pool, before the replicas are closed. */
  void stop() {
    chores.ifPresent(PoolChores::close);
  }

  @Override
  public void close() {
    stop();
    segments.close();
  }
}
