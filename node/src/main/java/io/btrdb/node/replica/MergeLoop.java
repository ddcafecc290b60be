package io.btrdb.node.replica;

import io.btrdb.consensus.ConsensusException;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.node.plane.ReadPin;
import io.btrdb.node.pool.Pool;
import io.btrdb.shard.Command;
import io.btrdb.shard.CommandCodec;
import io.btrdb.shard.FoldFailedException;
import io.btrdb.shard.MergeLimits;
import io.btrdb.shard.Merger;
import io.btrdb.shard.PreparedCommit;
import io.btrdb.shard.Shard;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's work on one shard, on a thread of its own: gives the group its Init, seals what is
 * old or large, folds sealed versions and commits them. Idle while this node does not lead.
 */
public final class MergeLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MergeLoop.class);
  private static final long IDLE_MILLIS = 500;
  private static final long SEAL_CHECK_MILLIS = 1_000;
  private static final int SEALS_PER_ENTRY = 1_024;
  private static final int PARTS_IN_FLIGHT = 2;
  private static final long OUTCOME_TIMEOUT_SECONDS = 60;
  private static final long PENDING_BYTES_PER_STREAM = 4L << 20;

  /**
   * @param limits of one commit
   * @param sealAgeMillis pending points are sealed at this age
   * @param pendingBytesMax bytes of pending operations in the shard above which the largest are
   *     sealed
   */
  public record Settings(MergeLimits limits, long sealAgeMillis, long pendingBytesMax) {}

  private final ShardReplica replica;
  private final Settings settings;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LongAdder commits = new LongAdder();
  private final LongAdder segmentBytes = new LongAdder();
  private final LongAdder points = new LongAdder();

  // Guarded by lock.
  private long term = -1;
  private boolean closed;

  // Written under the lock, read without it by the apply thread.
  private volatile boolean leading;
  private volatile boolean work;

  private volatile long logTimeMillis;

  /** Since when the pool has not taken what there is to commit; 0 when it does. */
  private volatile long poolRefusesSinceNanos;

  // The last segment named in the last term this node led; the merge thread's own.
  private long lastTerm = -1;
  private long lastSegment;

  MergeLoop(ShardReplica replica, Settings settings) {
    this.replica = replica;
    this.settings = settings;
    this.thread = new Thread(this::run, "merge-" + replica.range().shard());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void lead(long newTerm) {
    change(newTerm);
  }

  void follow() {
    change(-1);
  }

  private void change(long newTerm) {
    poolTakes(true);
    lock.lock();
    try {
      term = newTerm;
      leading = newTerm >= 0;
      work = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** An entry was applied. Cheap: called for each by the apply thread. */
  void applied(long entryLogTimeMillis, boolean sealed) {
    logTimeMillis = entryLogTimeMillis;
    if (sealed && leading && !work) {
      lock.lock();
      try {
        work = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      term = -1;
      leading = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    thread.interrupt();
  }

  public long commits() {
    return commits.sum();
  }

  public long segmentBytes() {
    return segmentBytes.sum();
  }

  public long points() {
    return points.sum();
  }

  /** For how long the pool has not taken what there is to commit; zero when it does. */
  public Duration poolRefuses() {
    long since = poolRefusesSinceNanos;
    return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  private void poolTakes(boolean takes) {
    if (takes) {
      poolRefusesSinceNanos = 0;
    } else if (poolRefusesSinceNanos == 0) {
      long now = System.nanoTime();
      poolRefusesSinceNanos = now == 0 ? 1 : now;
    }
  }

  private void run() {
    try {
      for (long leads = awaitLeadership(); leads >= 0; leads = awaitLeadership()) {
        try {
          new Leadership(leads).work();
        } catch (ExecutionException | TimeoutException | StorageException e) {
          LOG.info("shard {}: merging pauses: {}", replica.range().shard(), reason(e));
          pause();
        } catch (RuntimeException e) {
          LOG.error("shard {}: merging failed and starts anew", replica.range().shard(), e);
          pause();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("merge loop of shard {} ends", replica.range().shard());
    }
  }

  /** The term to work in, or -1 when closed. */
  private long awaitLeadership() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && term < 0) {
        changed.await();
      }
      return closed ? -1 : term;
    } finally {
      lock.unlock();
    }
  }

  private boolean stillLeads(long inTerm) {
    lock.lock();
    try {
      return !closed && term == inTerm;
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork() throws InterruptedException {
    lock.lock();
    try {
      if (!work) {
        changed.await(IDLE_MILLIS, TimeUnit.MILLISECONDS);
      }
      work = false;
    } finally {
      lock.unlock();
    }
  }

  private void pause() throws InterruptedException {
    lock.lock();
    try {
      changed.await(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    } finally {
      lock.unlock();
    }
  }

  private static String reason(Exception e) {
    return e instanceof ExecutionException ? String.valueOf(e.getCause()) : String.valueOf(e);
  }

  /** One term of this node as leader; a new merger each time, with nothing folded. */
  private final class Leadership {
    private final long leads;
    private final Merger merger = new Merger();
    private final ReplicatedLog log = replica.log();
    private long nextSealCheckNanos = System.nanoTime();
    private long nextSegment = nextSegmentOf();

    Leadership(long leads) {
      this.leads = leads;
    }

    /** Past every segment this node may have named before in the same term. */
    private long nextSegmentOf() {
      return lastTerm == leads ? lastSegment + 1 : 1;
    }

    void work() throws InterruptedException, ExecutionException, TimeoutException {
      replica.trees().dropAll();
      initialise();
      while (stillLeads(leads)) {
        seal();
        if (!commitOnce()) {
          awaitWork();
        }
      }
    }

    private void initialise() throws InterruptedException, ExecutionException, TimeoutException {
      if (!replica.shard().info().initialised()) {
        submit(
                new Command.Init(
                    replica.cluster(),
                    replica.range().shard(),
                    replica.range().firstSlot(),
                    replica.range().slotCount(),
                    1))
            .get(OUTCOME_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      }
    }

    private void seal() throws InterruptedException, ExecutionException, TimeoutException {
      if (System.nanoTime() - nextSealCheckNanos < 0) {
        return;
      }
      nextSealCheckNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SEAL_CHECK_MILLIS);
      // An idle log's clock stands still, so age is counted by this node's clock as well.
      long now = Math.max(logTimeMillis, System.currentTimeMillis());
      List<UUID> due =
          replica
              .shard()
              .sealCandidates(
                  now,
                  settings.sealAgeMillis(),
                  PENDING_BYTES_PER_STREAM,
                  settings.pendingBytesMax(),
                  SEALS_PER_ENTRY);
      if (!due.isEmpty()) {
        submit(new Command.Seal(due)).get(OUTCOME_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      }
    }

    /** Folds and commits what is sealed, up to one commit's limits; false when nothing is. */
    private boolean commitOnce() throws InterruptedException, ExecutionException, TimeoutException {
      Shard shard = replica.shard();
      if (poolIsGone()) {
        // Folding would need it as well, and what is folded already serves reads meanwhile.
        poolTakes(shard.sealedVersions() == 0);
        return false;
      }
      Optional<PreparedCommit> prepared;
      // Another leader may free what is folded upon, once this one is deposed.
      try (ReadPin pin = replica.pin()) {
        prepared = merger.prepare(shard, replica.trees(), leads, nextSegment, settings.limits());
      } catch (FoldFailedException e) {
        Optional<SegmentId> damaged = SegmentRepair.segmentOf(e);
        if (damaged.isPresent()) {
          replica.damaged(damaged.get());
          return false;
        }
        merger.quarantine(e.stream());
        replica.setAside(e.stream(), e);
        return true;
      }
      if (prepared.isEmpty()) {
        poolTakes(true);
        return false;
      }
      PreparedCommit commit = prepared.get();
      used(commit.segment().sequence());
      boolean settled = false;
      try {
        publish(commit);
        propose(commit);
        settled = true;
      } finally {
        if (!settled) {
          merger.abandoned(commit, replica.trees());
        }
      }
      merger.settled(commit, shard, replica.trees());
      commits.increment();
      segmentBytes.add(commit.totals().segmentBytes());
      points.add(commit.totals().points());
      return true;
    }

    private boolean poolIsGone() {
      return replica
          .segments()
          .destination()
          .filter(pool -> pool.silence().isPresent() || pool.isSuperseded())
          .isPresent();
    }

    /**
     * Puts the segment into the pool, if that is where it goes, and tries until it is there: what
     * is folded is too good to be thrown away because a pool was slow. A write that was given up
     * may still happen, with the same bytes under the same name.
     */
    private void publish(PreparedCommit commit) throws InterruptedException, ExecutionException {
      Optional<Pool> pool = replica.segments().destination();
      if (pool.isEmpty()) {
        return;
      }
      while (true) {
        try {
          pool.get().segments().put(commit.segment(), commit.segmentBytes());
          poolTakes(true);
          return;
        } catch (StorageException e) {
          if (poolRefuses().isZero()) {
            LOG.warn("shard {}: {}", replica.range().shard(), e.getMessage());
          }
          poolTakes(false);
        }
        pause();
        if (!stillLeads(leads)) {
          throw new ExecutionException(
              new StorageException("leadership was lost before the pool took the segment"));
        }
      }
    }

    private void used(long sequence) {
      nextSegment = sequence + 1;
      lastTerm = leads;
      lastSegment = sequence;
    }

    /** Few parts at a time, so that inserts get their turn in the log between them. */
    private void propose(PreparedCommit commit)
        throws InterruptedException, ExecutionException, TimeoutException {
      ArrayDeque<CompletableFuture<Object>> inFlight = new ArrayDeque<>();
      for (byte[] part : commit.partCommands()) {
        if (inFlight.size() == PARTS_IN_FLIGHT) {
          inFlight.remove().get(OUTCOME_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        inFlight.add(submitted(part));
      }
      inFlight.add(submitted(commit.commitCommand()));
      while (!inFlight.isEmpty()) {
        inFlight.remove().get(OUTCOME_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      }
    }

    private CompletableFuture<Object> submit(Command command) throws InterruptedException {
      return submitted(CommandCodec.encode(command));
    }

    /** A full queue is a reason to wait, not to throw a finished fold away. */
    private CompletableFuture<Object> submitted(byte[] command) throws InterruptedException {
      while (true) {
        CompletableFuture<Object> outcome = log.submit(command);
        if (!overloaded(outcome) || !stillLeads(leads)) {
          return outcome;
        }
        Thread.sleep(20);
      }
    }

    private static boolean overloaded(CompletableFuture<Object> outcome) {
      return outcome.isCompletedExceptionally()
          && outcome.exceptionNow() instanceof ConsensusException e
          && e.kind() == ConsensusException.Kind.OVERLOADED;
    }
  }
}
