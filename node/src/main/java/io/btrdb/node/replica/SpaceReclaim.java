package io.btrdb.node.replica;

import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.shard.Command;
import io.btrdb.shard.CommandCodec;
import io.btrdb.shard.Outcome;
import io.btrdb.shard.ReclaimPlanner;
import io.btrdb.shard.SegmentSweep;
import io.btrdb.shard.Shard;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.local.LocalSegmentStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives space back, in the background and one replica after the other. Where this node leads, it
 * proposes what is to be retired, freed and rewritten, and lets the pool follow, if there is one.
 * On every replica it lets the disk follow: deletes and rewrites segments, then moves what is left
 * out of extents that are mostly dead.
 *
 * <p>What was freed goes once two checkpoints have been taken behind it. They come by themselves
 * while the log grows; where it stands still they are asked for, the leader putting an entry in
 * between.
 */
public final class SpaceReclaim implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceReclaim.class);
  private static final double BYTES_PER_MEGABYTE = 1e6;

  /** Dead blocks in one command: some tens of kilobytes of log. */
  private static final int ENTRIES_PER_COMMAND = 2_048;

  private static final int COMMANDS_PER_ROUND = 32;
  private static final int STREAMS_RETIRED_PER_COMMAND = 4_096;
  private static final int SEGMENTS_SCANNED_PER_ROUND = 65_536;
  private static final int SEGMENTS_REWRITTEN_PER_COMMAND = 256;

  /** A segment is rewritten when this much of it is free: then each byte written frees another. */
  private static final double FREE_SHARE = 0.5;

  private static final long OUTCOME_TIMEOUT_SECONDS = 60;

  /** Stores are closed afterwards: what runs now may end first. */
  private static final long CLOSE_MILLIS = 10_000;

  /** Rounds between two checkpoints that are taken for nothing but to let segments go. */
  private static final int ROUNDS_PER_CHECKPOINT = 6;

  private final NodeConfig.Retention settings;
  private final Supplier<Collection<ShardReplica>> replicas;
  private final Group group;
  private final LocalSegmentStore segments;
  private final Thread thread;

  /** The thread's own, as is the next. */
  private final Map<GroupId, ReclaimPlanner> planners = new HashMap<>();

  private final Map<GroupId, Integer> roundsWaiting = new HashMap<>();
  private final LongAdder deleted = new LongAdder();
  private final LongAdder rewritten = new LongAdder();
  private final LongAdder freedBytes = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();
  private volatile boolean closed;

  /** What is known of all members of a group that this node leads. */
  public interface Group {
    /** Whether they can all apply what gives space back. */
    boolean allApply(ReplicatedLog log);

    /**
     * The least {@link ShardReplica#spareThrough} that they have said; -1 when one has said nothing
     * since this node started.
     */
    long spareThrough(ReplicatedLog log);
  }

  /**
   * @param replicas of shards that work on this node, at the moment of asking
   */
  public SpaceReclaim(
      NodeConfig.Retention settings,
      Supplier<Collection<ShardReplica>> replicas,
      Group group,
      LocalSegmentStore segments) {
    this.settings = settings;
    this.replicas = replicas;
    this.group = group;
    this.segments = segments;
    this.thread = new Thread(this::run, "btrdb-reclaim");
    thread.setDaemon(true);
    thread.setPriority(Thread.MIN_PRIORITY);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Segments deleted here because nothing of them was needed any more. */
  public long deleted() {
    return deleted.sum();
  }

  /** Segments rewritten here with fewer blocks. */
  public long rewritten() {
    return rewritten.sum();
  }

  /** Bytes that deleted segments had, and rewritten ones lost. */
  public long freedBytes() {
    return freedBytes.sum();
  }

  /** Bytes written to free others. */
  public long writtenBytes() {
    return writtenBytes.sum();
  }

  private void run() {
    try {
      while (!closed) {
        Thread.sleep(TimeUnit.SECONDS.toMillis(settings.checkSeconds()));
        List<ShardReplica> round = new ArrayList<>(replicas.get());
        planners.keySet().retainAll(round.stream().map(ShardReplica::group).toList());
        for (ShardReplica replica : round) {
          lead(replica);
          follow(replica);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("space is no longer reclaimed: the node is stopping");
    }
  }

  private void lead(ShardReplica replica) throws InterruptedException {
    ReplicatedLog log = replica.log();
    if (log == null || !log.role().ready() || !replica.shard().info().initialised()) {
      return;
    }
    try {
      if (replica.retires()) {
        propose(replica, log);
      } else if (group.allApply(log)) {
        submit(log, new Command.Activate(CommandCodec.RECLAIM_LEVEL));
      }
    } catch (ExecutionException | TimeoutException | StorageException e) {
      LOG.info("shard {}: reclaiming pauses: {}", replica.range().shard(), reason(e));
    } catch (RuntimeException e) {
      SegmentRepair.segmentOf(e).ifPresent(replica::damaged);
      LOG.warn("shard {}: reclaiming pauses", replica.range().shard(), e);
    }
  }

  private void propose(ShardReplica replica, ReplicatedLog log)
      throws InterruptedException, ExecutionException, TimeoutException {
    Shard shard = replica.shard();
    ReclaimPlanner planner =
        planners.computeIfAbsent(replica.group(), group -> new ReclaimPlanner(ENTRIES_PER_COMMAND));
    if (settings.versions() != NodeConfig.Retention.ALL) {
      Optional<Command.Retire> retire =
          planner.retire(shard, settings.versions(), STREAMS_RETIRED_PER_COMMAND);
      if (retire.isPresent()) {
        submit(log, retire.get());
      }
    }
    for (int i = 0; i < COMMANDS_PER_ROUND && log.role().ready(); i++) {
      Optional<Command.Free> free = planner.free(shard);
      if (free.isEmpty()) {
        break;
      }
      boolean freed = false;
      try {
        freed = submit(log, free.get()) instanceof Outcome.Done;
      } finally {
        if (!freed) {
          LOG.warn("shard {}: some dead blocks were not freed", replica.range().shard());
          planner.skip();
        }
      }
    }
    Optional<Command.Rewrite> rewrite =
        planner.rewrite(
            shard, FREE_SHARE, SEGMENTS_SCANNED_PER_ROUND, SEGMENTS_REWRITTEN_PER_COMMAND);
    if (rewrite.isPresent()) {
      submit(log, rewrite.get());
    }
  }

  private static Object submit(ReplicatedLog log, Command command)
      throws InterruptedException, ExecutionException, TimeoutException {
    return log.submit(CommandCodec.encode(command)).get(OUTCOME_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Whatever the role: every replica has a disk of its own. A pool is the leader's to sweep. */
  private void follow(ShardReplica replica) throws InterruptedException {
    try {
      long second = (long) (settings.megabytesPerSecond() * BYTES_PER_MEGABYTE);
      SegmentSweep.Swept swept;
      do {
        swept = count(replica.sweep(second));
      } while (swept.writtenBytes() >= second && !closed);
      long moved;
      do {
        moved = segments.compact(replica.range().shard(), second);
        pace(moved);
      } while (moved >= second && !closed);
      nudge(replica);
      do {
        swept = count(replica.sweepPool(second, () -> group.spareThrough(replica.log())));
      } while (swept.deleted() + swept.rewritten() > 0 && !closed);
    } catch (RuntimeException e) {
      LOG.warn("shard {}: sweeping pauses: {}", replica.range().shard(), e.toString());
    }
  }

  private SegmentSweep.Swept count(SegmentSweep.Swept swept) throws InterruptedException {
    deleted.add(swept.deleted());
    rewritten.add(swept.rewritten());
    freedBytes.add(swept.freedBytes());
    pace(swept.writtenBytes());
    return swept;
  }

  private void pace(long bytes) throws InterruptedException {
    writtenBytes.add(bytes);
    long millis = (long) (bytes / (settings.megabytesPerSecond() * BYTES_PER_MEGABYTE) * 1_000);
    if (millis > 0) {
      Thread.sleep(millis);
    }
  }

  private void nudge(ShardReplica replica) {
    if (!replica.waitsForCheckpoint()) {
      roundsWaiting.remove(replica.group());
      return;
    }
    if (roundsWaiting.merge(replica.group(), 1, Integer::sum) % ROUNDS_PER_CHECKPOINT == 0) {
      ReplicatedLog log = replica.log();
      if (log.role().kind() == Role.Kind.LEADER) {
        var entry = log.submit(replica.harmless());
      }
      var checkpoint = log.checkpointNow();
    }
  }

  private static String reason(Exception e) {
    return e instanceof ExecutionException ? String.valueOf(e.getCause()) : String.valueOf(e);
  }
}
