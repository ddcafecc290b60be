package io.btrdb.node;

import io.btrdb.consensus.Health;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.node.pool.PoolChores;
import io.btrdb.node.replica.HostedCatalog;
import io.btrdb.node.replica.Replicas;
import io.btrdb.node.replica.ShardReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** This node's replicas as the pool's chores see them. Thread-safe. */
final class PooledReplicas implements PoolChores.Hosted {
  private final Replicas replicas;

  PooledReplicas(Replicas replicas) {
    this.replicas = replicas;
  }

  @Override
  public List<PoolChores.ShardReplica> shards() {
    List<PoolChores.ShardReplica> shards = new ArrayList<>();
    for (ReplicatedLog log : replicas.logs()) {
      if (log.health() instanceof Health.Healthy
          && replicas.machine(log.id()).orElse(null) instanceof ShardReplica shard
          && shard.shard() != null) {
        shards.add(
            new PoolChores.ShardReplica(shard.shard(), new PoolChores.Replica(log, shard.vault())));
      }
    }
    return shards;
  }

  @Override
  public Optional<PoolChores.Replica> catalog() {
    for (ReplicatedLog log : replicas.logs()) {
      if (log.health() instanceof Health.Healthy
          && replicas.machine(log.id()).orElse(null) instanceof HostedCatalog catalog) {
        return Optional.of(new PoolChores.Replica(log, catalog.vault()));
      }
    }
    return Optional.empty();
  }
}
