package io.btrdb.node.catalog;

import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogCommandCodec;
import io.btrdb.catalog.CatalogOptions;
import io.btrdb.catalog.CatalogOutcome;
import io.btrdb.consensus.ByteSlice;
import io.btrdb.consensus.ConsensusException;
import io.btrdb.consensus.Leadership;
import io.btrdb.consensus.LogEntry;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.Position;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.ReplicatedStateMachine;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.StateVault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * This node's replica of the catalog: the deterministic {@link Catalog} behind its replicated log,
 * with a state store of its own.
 *
 * <p>Threads: the log calls apply, checkpoint and open one at a time; everything of {@link
 * LocalCatalog} may be called from any thread.
 */
public final class CatalogReplica implements ReplicatedStateMachine, LocalCatalog {
  /** Told what happens to the replica, by the log's threads: it must not block. */
  public interface Events {
    void leadership(Leadership event);

    void failed(Throwable why);
  }

  /** Fetches a newer checkpoint from another replica and puts it into the vault as the newest. */
  @FunctionalInterface
  public interface CheckpointFetch {
    /** Completes as {@link ReplicatedStateMachine#install} does. */
    CompletableFuture<Position> fetch(Position firstAvailable, PeerId leader);
  }

  private final CatalogOptions options;
  private final StateVault vault;
  private final CheckpointFetch fetch;
  private final Events events;

  private volatile Catalog catalog;
  private volatile ReplicatedLog log;

  /**
   * @param vault closed with the replica
   */
  public CatalogReplica(
      CatalogOptions options, StateVault vault, CheckpointFetch fetch, Events events) {
    this.options = options;
    this.vault = vault;
    this.fetch = fetch;
    this.events = events;
  }

  /** Called once, before anything of {@link LocalCatalog}. */
  public void attach(ReplicatedLog replicatedLog) {
    log = replicatedLog;
  }

  // ------------------------------------------------------------------------- the replicated log

  @Override
  public Position open() {
    catalog = Catalog.open(options, vault.restore());
    return vault.newest().map(at -> new Position(at.term(), at.index())).orElse(Position.NONE);
  }

  @Override
  public long logTimeMillis() {
    return catalog.info().logTimeMillis();
  }

  @Override
  public List<Object> apply(LogEntry entry) {
    Catalog current = catalog;
    List<Object> outcomes = new ArrayList<>(entry.commands().size());
    for (ByteSlice command : entry.commands()) {
      outcomes.add(
          current.apply(
              entry.index(),
              entry.logTimeMillis(),
              command.array(),
              command.offset(),
              command.length()));
    }
    return outcomes;
  }

  @Override
  public Position checkpoint(Position at) {
    catalog.writeState();
    vault.checkpoint(new LogPosition(at.term(), at.index()));
    return at;
  }

  @Override
  public CompletableFuture<Position> install(Position firstAvailable, PeerId leader) {
    return fetch.fetch(firstAvailable, leader);
  }

  @Override
  public void leadership(Leadership event) {
    events.leadership(event);
  }

  @Override
  public void failed(Throwable why) {
    events.failed(why);
  }

  @Override
  public void close() {
    vault.close();
  }

  // ---------------------------------------------------------------------------- the local catalog

  @Override
  public Catalog catalog() {
    return catalog;
  }

  public ReplicatedLog log() {
    return log;
  }

  @Override
  public boolean leads() {
    ReplicatedLog current = log;
    return current != null && current.role().ready();
  }

  @Override
  public CompletableFuture<CatalogOutcome> submit(CatalogCommand command) {
    return translated(
        log.submit(CatalogCommandCodec.encode(command)).thenApply(CatalogOutcome.class::cast));
  }

  @Override
  public CompletableFuture<Void> linearize() {
    return translated(log.linearize());
  }

  private static <T> CompletableFuture<T> translated(CompletableFuture<T> future) {
    return future.exceptionallyCompose(
        failure -> {
          Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
          return CompletableFuture.failedFuture(
              cause instanceof ConsensusException e
                  ? new CatalogLogException(
                      e.getMessage(),
                      e.kind() == ConsensusException.Kind.OVERLOADED,
                      e.applied() == ConsensusException.Applied.UNKNOWN,
                      e)
                  : cause);
        });
  }
}
