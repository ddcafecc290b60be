package io.btrdb.node.replica;

import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogCommandCodec;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Leadership;
import io.btrdb.consensus.LogEntry;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.Position;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.node.catalog.CatalogReplica;
import io.btrdb.node.pool.CatalogJournal;
import io.btrdb.storage.local.LocalStateVault;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The catalog's replica among the replicas of this node: the same, with a checkpoint to hand out.
 */
public final class HostedCatalog implements Replicas.Hosted {
  private final CatalogReplica replica;
  private final LocalStateVault vault;
  private final ReplicaSource source;
  private final Optional<CatalogJournal> journal;

  /**
   * @param leadership is told of the group's leadership events before {@code events} is
   * @param journal keeps the catalog in the pool, if there is one
   */
  public HostedCatalog(
      GroupId group,
      CatalogOptions options,
      LocalStateVault vault,
      ReplicaFetch fetch,
      Consumer<Leadership> leadership,
      Optional<CatalogJournal> journal,
      ShardReplica.Events events) {
    this.vault = vault;
    this.journal = journal;
    this.source = ReplicaSource.ofCatalog(vault);
    this.replica =
        new CatalogReplica(
            options,
            vault,
            (firstAvailable, leader) -> fetch.catalog(group, vault, firstAvailable, leader),
            new CatalogReplica.Events() {
              @Override
              public void leadership(Leadership event) {
                leadership.accept(event);
                journal.ifPresent(kept -> tell(kept, event));
                events.leadership(group, event);
              }

              @Override
              public void failed(Throwable why) {
                events.failed(group, why);
              }
            });
  }

  private static void tell(CatalogJournal journal, Leadership event) {
    switch (event) {
      case Leadership.BecameLeader leader -> journal.lead(leader.term());
      case Leadership.LostLeadership lost -> journal.follow();
      case Leadership.LeaderChanged changed -> {}
    }
  }

  public CatalogReplica replica() {
    return replica;
  }

  public LocalStateVault vault() {
    return vault;
  }

  @Override
  public void attach(ReplicatedLog log) {
    replica.attach(log);
  }

  @Override
  public ReplicaSource source() {
    return source;
  }

  /** Levels are never lowered, and none is below the first. */
  @Override
  public byte[] harmless() {
    return CatalogCommandCodec.encode(new CatalogCommand.Activate(0));
  }

  /** The catalog's log has no entry for it; its shards' epochs are what counts. */
  @Override
  public long epoch() {
    return 0;
  }

  @Override
  public Optional<byte[]> logEpoch(long epoch) {
    return Optional.empty();
  }

  @Override
  public Position open() {
    return replica.open();
  }

  @Override
  public long logTimeMillis() {
    return replica.logTimeMillis();
  }

  @Override
  public List<Object> apply(LogEntry entry) {
    List<Object> outcomes = replica.apply(entry);
    journal.ifPresent(kept -> kept.applied(entry));
    return outcomes;
  }

  @Override
  public Position checkpoint(Position at) {
    return replica.checkpoint(at);
  }

  @Override
  public CompletableFuture<Position> install(Position firstAvailable, PeerId leader) {
    return replica.install(firstAvailable, leader);
  }

  @Override
  public void leadership(Leadership event) {
    replica.leadership(event);
  }

  @Override
  public void failed(Throwable why) {
    journal.ifPresent(CatalogJournal::follow);
    replica.failed(why);
  }

  @Override
  public void close() {
    source.close();
    replica.close();
  }
}
