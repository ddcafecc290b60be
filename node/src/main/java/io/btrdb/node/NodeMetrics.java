package io.btrdb.node;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jvm.GarbageCollectorMetricSet;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import com.codahale.metrics.jvm.ThreadStatesGaugeSet;
import io.btrdb.consensus.Health;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.replica.Replicas;
import io.btrdb.node.replica.SegmentRepair;
import io.btrdb.node.replica.ShardReplica;
import io.btrdb.node.replica.SharedNodeCache;
import io.btrdb.shard.Shard;
import io.btrdb.storage.local.DataDirectory;
import io.btrdb.storage.local.LocalSegmentStore;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** The gauges of a node: its disk, its caches, and each replica's state and backlog. */
final class NodeMetrics {
  private final MetricRegistry metrics;
  private final DataDirectory data;
  private final SharedNodeCache cache;
  private final LocalSegmentStore segments;
  private final SegmentRepair repair;

  NodeMetrics(
      MetricRegistry metrics,
      DataDirectory data,
      SharedNodeCache cache,
      LocalSegmentStore segments,
      SegmentRepair repair) {
    this.metrics = metrics;
    this.data = data;
    this.cache = cache;
    this.segments = segments;
    this.repair = repair;
  }

  void register(List<FoundingRecord.Group> groups, Replicas replicas) {
    gauge("btrdb_disk_free_bytes", data::freeBytes);
    gauge("btrdb_disk_total_bytes", data::totalBytes);
    gauge("btrdb_node_cache_hits", cache::hits);
    gauge("btrdb_node_cache_misses", cache::misses);
    gauge("btrdb_node_cache_entries", cache::entries);
    gauge("btrdb_segments_torn_bytes", segments::tornBytes);
    gauge("btrdb_segments_damaged_extents", () -> segments.damage().size());
    gauge("btrdb_segments_repaired", repair::repaired);
    gauge("btrdb_segments_repair_failures", repair::failed);
    metrics.registerAll("btrdb_jvm_memory", new MemoryUsageGaugeSet());
    metrics.registerAll("btrdb_jvm_gc", new GarbageCollectorMetricSet());
    metrics.registerAll("btrdb_jvm_threads", new ThreadStatesGaugeSet());
    for (FoundingRecord.Group group : groups) {
      String name = group.range().map(range -> "shard_" + range.shard()).orElse("catalog");
      register(name, group, replicas);
    }
  }

  private void register(String name, FoundingRecord.Group group, Replicas replicas) {
    log(name + "_term", group, replicas, log -> log.role().term());
    log(name + "_leader_here", group, replicas, log -> log.role().ready() ? 1 : 0);
    log(name + "_healthy", group, replicas, log -> log.health() instanceof Health.Healthy ? 1 : 0);
    log(name + "_applied_index", group, replicas, log -> log.applied().index());
    log(name + "_committed_index", group, replicas, ReplicatedLog::committedIndex);
    log(name + "_checkpoint_index", group, replicas, log -> log.checkpointed().index());
    if (group.range().isPresent()) {
      shard(name + "_backlog_bytes", group, replicas, Shard::backlogBytes);
      shard(name + "_pending_points", group, replicas, Shard::pendingPoints);
      shard(name + "_sealed_versions", group, replicas, Shard::sealedVersions);
      shard(name + "_sessions", group, replicas, Shard::sessions);
      shard(name + "_points_logged", group, replicas, s -> s.counters().pointsLogged());
      shard(name + "_commands", group, replicas, s -> s.counters().commands());
      shard(name + "_duplicates", group, replicas, s -> s.counters().duplicates());
      shard(name + "_commits", group, replicas, s -> s.counters().commits());
      shard(name + "_commits_ignored", group, replicas, s -> s.counters().commitsIgnored());
      replica(name + "_damaged_checkpoints", group, replicas, r -> r.vault().damaged().size());
      replica(name + "_quarantined_streams", group, replicas, r -> r.quarantine().streams().size());
      replica(name + "_segment_bytes_committed", group, replicas, r -> r.merges().segmentBytes());
      replica(name + "_points_merged", group, replicas, r -> r.merges().points());
    }
  }

  private void log(
      String name,
      FoundingRecord.Group group,
      Replicas replicas,
      ToLongFunction<ReplicatedLog> of) {
    gauge("btrdb_" + name, () -> replicas.log(group.id()).map(of::applyAsLong).orElse(-1L));
  }

  private void replica(
      String name, FoundingRecord.Group group, Replicas replicas, ToLongFunction<ShardReplica> of) {
    gauge(
        "btrdb_" + name,
        () ->
            replicas
                .machine(group.id())
                .map(machine -> of.applyAsLong((ShardReplica) machine))
                .orElse(-1L));
  }

  private void shard(
      String name, FoundingRecord.Group group, Replicas replicas, ToLongFunction<Shard> of) {
    replica(name, group, replicas, replica -> of.applyAsLong(replica.shard()));
  }

  private void gauge(String name, LongSupplier value) {
    metrics.register(name, (Gauge<Long>) value::getAsLong);
  }
}
