package io.btrdb.node;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.http.MetricName;
import io.btrdb.node.http.ProcessMetrics;
import io.btrdb.node.pool.Pool;
import io.btrdb.node.pool.PoolChores;
import io.btrdb.node.replica.DiskWatch;
import io.btrdb.node.replica.SegmentRepair;
import io.btrdb.node.replica.SharedNodeCache;
import io.btrdb.node.replica.SpaceReclaim;
import io.btrdb.storage.ceph.PoolCall;
import io.btrdb.storage.ceph.PoolCounters;
import io.btrdb.storage.local.DataDirectory;
import io.btrdb.storage.local.LocalSegmentStore;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The figures of a node: its disk, its caches, its process. Names carry their unit, and end in
 * {@code _total} where they only grow; {@link io.btrdb.node.http.MetricHelp} explains each.
 */
final class NodeMetrics {
  private static final long MEBI = 1 << 20;

  private final MetricRegistry metrics;

  NodeMetrics(MetricRegistry metrics) {
    this.metrics = metrics;
  }

  /** What there is before the node belongs to a cluster. */
  void process(NodeConfig config, DataDirectory data) {
    gauge(
        MetricName.of(
            "btrdb_build_info",
            "node",
            config.node(),
            "cluster",
            config.cluster(),
            "zone",
            config.zone(),
            "version",
            Version.TEXT),
        () -> 1);
    gauge("btrdb_disk_free_bytes", data::freeBytes);
    gauge("btrdb_disk_size_bytes", data::totalBytes);
    gauge("btrdb_write_backlog_limit_bytes", () -> config.write().backlogMegabytes() * MEBI);
    metrics.register("btrdb_process", new ProcessMetrics());
  }

  void storage(SharedNodeCache cache, LocalSegmentStore segments, SegmentRepair repair) {
    gauge("btrdb_node_cache_hits_total", cache::hits);
    gauge("btrdb_node_cache_misses_total", cache::misses);
    gauge("btrdb_node_cache_entries", cache::entries);
    gauge("btrdb_segments_torn_bytes", segments::tornBytes);
    gauge("btrdb_segments_damaged_extents", () -> segments.damage().size());
    gauge("btrdb_segments_repaired_total", repair::repaired);
    gauge("btrdb_segments_repair_failures_total", repair::failed);
  }

  void reclaim(SpaceReclaim reclaim) {
    gauge("btrdb_reclaim_segments_deleted_total", reclaim::deleted);
    gauge("btrdb_reclaim_segments_rewritten_total", reclaim::rewritten);
    gauge("btrdb_reclaim_freed_bytes_total", reclaim::freedBytes);
    gauge("btrdb_reclaim_written_bytes_total", reclaim::writtenBytes);
  }

  /** Of the shared pool, if there is one. */
  void pool(Pool pool, PoolChores chores) {
    gauge("btrdb_pool_available", () -> pool.silence().isEmpty() ? 1 : 0);
    metrics.register(
        "btrdb_pool_outage_seconds", (Gauge<Double>) () -> pool.outage().toMillis() / 1e3);
    gauge("btrdb_pool_outage_limit_seconds", () -> pool.outageMax().toSeconds());
    gauge("btrdb_pool_states_archived_total", chores::archived);
    gauge("btrdb_pool_orphans_deleted_total", chores::swept);
    metrics.register("btrdb_pool_catalog_lag_seconds", (Gauge<Double>) chores::journalLagSeconds);
  }

  /** Calls to the shared pool, those that were spared by what is read ahead not among them. */
  void traffic(PoolCounters calls) {
    for (PoolCall call : PoolCall.values()) {
      String name = "btrdb_pool_" + call.name().toLowerCase(Locale.ROOT);
      gauge(name + "s_total", () -> calls.answered(call));
      gauge(name + "_failures_total", () -> calls.failed(call));
    }
    gauge("btrdb_pool_read_bytes_total", () -> calls.bytes(PoolCall.READ));
    gauge("btrdb_pool_write_bytes_total", () -> calls.bytes(PoolCall.WRITE));
  }

  void disk(DiskWatch disk) {
    gauge("btrdb_disk_space_level", () -> disk.level().ordinal());
  }

  void replicas(ReplicaMetrics replicas) {
    metrics.register("btrdb_replica", replicas);
  }

  void placement(PlacementMetrics placement) {
    metrics.register("btrdb_placement", placement);
  }

  private void gauge(String name, LongSupplier value) {
    metrics.register(name, (Gauge<Long>) value::getAsLong);
  }
}
