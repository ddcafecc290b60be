package io.btrdb.node.pool;

import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import io.btrdb.shard.Shard;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.local.LocalStateVault;
import io.btrdb.storage.local.PinnedCheckpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes do in the pool besides putting segments there as leaders: those archive their groups'
 * states, so that the pool alone is enough to make the cluster again, and sweep orphans; and all
 * move segments to where they are to be. One thread for the shards, one for the catalog, whose
 * changes must not wait, and one for moves, which take long.
 */
public final class PoolChores implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolChores.class);
  private static final long SHARDS_MILLIS = 1_000;
  private static final long CATALOG_MILLIS = 250;
  private static final long MOVES_MILLIS = 5_000;
  private static final long SWEEP_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final long CHECKPOINT_SECONDS = 30;

  /** A replica of this node. */
  public record Replica(ReplicatedLog log, LocalStateVault vault) {}

  /** A shard's replica of this node. */
  public record ShardReplica(Shard shard, Replica replica) {}

  /** What this node has at the moment. */
  public interface Hosted {
    List<ShardReplica> shards();

    Optional<Replica> catalog();
  }

  private final Pool pool;
  private final Hosted hosted;
  private final Optional<CatalogJournal> journal;
  private final SegmentMoves moves;
  private final long archiveMillis;
  private final ScheduledExecutorService threads;
  private final Map<Integer, ShardChores> shards = new HashMap<>();
  private final LongAdder archived = new LongAdder();
  private final LongAdder swept = new LongAdder();
  private String lastProblem = "";

  /**
   * How much is done.
   *
   * @param archiveSeconds between two archived states of a shard that changes
   * @param moveBytesPerSecond segments are moved at most so fast; 0: no limit
   */
  public record Pace(int archiveSeconds, long moveBytesPerSecond) {}

  /**
   * @param segments of a node that has a pool
   * @param journal of the catalog; empty when new segments do not go into the pool: then nothing is
   *     archived there either
   */
  public PoolChores(
      NodeSegments segments, Hosted hosted, Optional<CatalogJournal> journal, Pace pace) {
    this.pool = segments.pool().orElseThrow();
    this.hosted = hosted;
    this.journal = journal;
    this.moves = new SegmentMoves(segments, pace.moveBytesPerSecond());
    this.archiveMillis = TimeUnit.SECONDS.toMillis(pace.archiveSeconds());
    this.threads =
        Executors.newScheduledThreadPool(
            3, Thread.ofPlatform().daemon().name("btrdb-pool-chores-", 0).factory());
  }

  public void start() {
    every(MOVES_MILLIS, this::moves);
    if (journal.isPresent()) {
      every(SHARDS_MILLIS, this::shards);
      every(CATALOG_MILLIS, this::catalog);
    }
  }

  private void every(long millis, Work work) {
    threads.scheduleWithFixedDelay(() -> attempt(work), millis, millis, TimeUnit.MILLISECONDS);
  }

  private interface Work {
    void run() throws InterruptedException, ExecutionException, TimeoutException;
  }

  private void attempt(Work work) {
    if (pool.silence().isPresent() || pool.isSuperseded()) {
      return;
    }
    try {
      work.run();
    } catch (StorageException | ExecutionException | TimeoutException e) {
      complain(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!threads.isShutdown()) {
        LOG.error("keeping the pool up to date failed and is tried again", e);
      }
    }
  }

  private synchronized void complain(String problem) {
    if (!problem.equals(lastProblem)) {
      lastProblem = problem;
      LOG.warn("keeping the pool up to date is tried again: {}", problem);
    }
  }

  private void catalog() throws InterruptedException, ExecutionException, TimeoutException {
    Optional<Replica> catalog = hosted.catalog();
    if (catalog.isPresent()) {
      journal.orElseThrow().round(catalog.get().log(), catalog.get().vault());
    }
  }

  private void moves() throws InterruptedException {
    for (ShardReplica one : hosted.shards()) {
      moves.round(one.shard(), one.replica().log().role().ready());
    }
  }

  private void shards() throws InterruptedException, ExecutionException, TimeoutException {
    List<ShardReplica> all = hosted.shards();
    shards.keySet().removeIf(shard -> all.stream().noneMatch(one -> one.shard().id() == shard));
    for (ShardReplica one : all) {
      if (one.replica().log().role().ready()) {
        shards
            .computeIfAbsent(one.shard().id(), ShardChores::new)
            .round(one.shard(), one.replica());
      }
    }
  }

  /** States of shards that this node has archived. */
  public long archived() {
    return archived.sum();
  }

  /** Orphans that this node has deleted. */
  public long swept() {
    return swept.sum();
  }

  /** Seconds for which the oldest change of the catalog has waited for the pool. */
  public double journalLagSeconds() {
    return journal.map(CatalogJournal::lag).orElse(0L) / 1e9;
  }

  /** Segments of a shard's replica that are not yet where the settings want them. */
  public int toMove(int shard) {
    return moves.left(shard);
  }

  /** One shard's, while this node leads it. */
  private final class ShardChores {
    private final StateArchive archive;
    private final OrphanSweep orphans = new OrphanSweep(pool);
    private long term = -1;
    private long nextSweepNanos;
    private long archivedIndex;
    private long archivedMillis;

    ShardChores(int shard) {
      this.archive = new StateArchive(pool, PoolNames.shard(shard));
    }

    void round(Shard shard, Replica replica)
        throws InterruptedException, ExecutionException, TimeoutException {
      long now = replica.log().role().term();
      if (now != term) {
        begin();
        term = now;
      }
      if (System.nanoTime() - nextSweepNanos >= 0) {
        swept.add(orphans.sweep(shard, term, () -> leads(replica)));
        archive.sweep();
        nextSweepNanos = System.nanoTime() + SWEEP_NANOS;
      }
      long age = System.currentTimeMillis() - archivedMillis;
      if (age >= archiveMillis && replica.log().applied().index() > archivedIndex) {
        archive(replica);
      }
    }

    /** A leader goes on with the interval of the one before: changing leaders costs no uploads. */
    private void begin() {
      Optional<ArchivedState> newest = archive.newest();
      archivedMillis = newest.map(ArchivedState::writtenMillis).orElse(0L);
      archivedIndex = newest.map(state -> state.position().index()).orElse(-1L);
      nextSweepNanos = System.nanoTime();
    }

    private boolean leads(Replica replica) {
      Role role = replica.log().role();
      return role.ready() && role.term() == term;
    }

    private void archive(Replica replica)
        throws InterruptedException, ExecutionException, TimeoutException {
      var unused = replica.log().checkpointNow().get(CHECKPOINT_SECONDS, TimeUnit.SECONDS);
      Optional<PinnedCheckpoint> newest = replica.vault().pinNewest();
      if (newest.isEmpty()) {
        return;
      }
      try (PinnedCheckpoint checkpoint = newest.get()) {
        long nowMillis = System.currentTimeMillis();
        if (leads(replica) && archive.write(checkpoint, term, nowMillis)) {
          archivedIndex = checkpoint.position().index();
          archivedMillis = nowMillis;
          archived.increment();
        }
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
