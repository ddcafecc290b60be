package io.btrdb.node;

import io.btrdb.consensus.FollowerProgress;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Health;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.http.SampledMetric;
import io.btrdb.node.replica.LagWatch;
import io.btrdb.node.replica.Replicas;
import io.btrdb.node.replica.ShardReplica;
import io.btrdb.shard.Shard;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.IntUnaryOperator;

/**
 * The figures of every replica that this node has at the moment of asking, each with the label
 * {@code group}: {@code shard-5} or {@code catalog}.
 */
final class ReplicaMetrics implements SampledMetric {
  private final Map<GroupId, FoundingRecord.Group> groups;
  private final Replicas replicas;
  private final LagWatch lag;
  private final IntUnaryOperator segmentsToMove;

  /**
   * @param groups all of the cluster, for their names
   * @param segmentsToMove how many of a shard's segments are not yet where they are to be
   */
  ReplicaMetrics(
      Map<GroupId, FoundingRecord.Group> groups,
      Replicas replicas,
      LagWatch lag,
      IntUnaryOperator segmentsToMove) {
    this.groups = groups;
    this.replicas = replicas;
    this.lag = lag;
    this.segmentsToMove = segmentsToMove;
  }

  @Override
  public void sample(Samples out) {
    for (ReplicatedLog log : replicas.logs()) {
      Labelled labelled = new Labelled(out, name(log.id()));
      log(labelled, log);
      labelled.add("behind_seconds", () -> lag.behind(log, System.nanoTime()).toMillis() / 1e3);
      if (!(log.health() instanceof Health.Healthy)) {
        continue; // its state is not there, or not to be trusted
      }
      replicas
          .machine(log.id())
          .filter(ShardReplica.class::isInstance)
          .map(ShardReplica.class::cast)
          .ifPresent(replica -> shard(labelled, replica));
    }
  }

  private String name(GroupId id) {
    FoundingRecord.Group group = groups.get(id);
    return group == null
        ? id.toString()
        : group.range().map(range -> "shard-" + range.shard()).orElse("catalog");
  }

  private record Labelled(Samples out, String group) {
    void add(String name, DoubleSupplier value) {
      out.add("btrdb_replica_" + name, value, "group", group);
    }
  }

  private static void log(Labelled out, ReplicatedLog log) {
    out.add("term", () -> log.role().term());
    out.add("leader", () -> log.role().ready() ? 1 : 0);
    out.add("leader_known", () -> log.role().leader().isPresent() ? 1 : 0);
    out.add("healthy", () -> log.health() instanceof Health.Healthy ? 1 : 0);
    out.add("applied_index", () -> log.applied().index());
    out.add("committed_index", log::committedIndex);
    out.add("checkpoint_index", () -> log.checkpointed().index());
    out.add(
        "follower_lag",
        () -> log.followers().stream().mapToLong(FollowerProgress::lag).max().orElse(0));
  }

  private void shard(Labelled out, ShardReplica replica) {
    Shard shard = replica.shard();
    out.add("backlog_bytes", shard::backlogBytes);
    out.add("pending_points", shard::pendingPoints);
    out.add("sealed_versions", shard::sealedVersions);
    out.add("sessions", shard::sessions);
    out.add("points_logged_total", () -> shard.counters().pointsLogged());
    out.add("commands_total", () -> shard.counters().commands());
    out.add("duplicates_total", () -> shard.counters().duplicates());
    out.add("commits_total", () -> shard.counters().commits());
    out.add("commits_ignored_total", () -> shard.counters().commitsIgnored());
    out.add("merged_points_total", () -> replica.merges().points());
    out.add("merged_bytes_total", () -> replica.merges().segmentBytes());
    out.add("freed_blocks_total", () -> shard.counters().blocksFreed());
    out.add("freed_bytes_total", () -> shard.counters().bytesFreed());
    out.add("segments_to_sweep", replica::unswept);
    out.add("reads_under_way", () -> replica.pins().count());
    out.add("pool_refuses_seconds", () -> replica.merges().poolRefuses().toMillis() / 1e3);
    out.add("segments_to_move", () -> segmentsToMove.applyAsInt(replica.range().shard()));
    out.add("damaged_checkpoints", () -> replica.vault().damaged().size());
    out.add("quarantined_streams", () -> replica.quarantine().streams().size());
  }
}
