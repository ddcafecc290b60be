package io.btrdb.shard;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.InMemoryStateVault;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentVerifier;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.faulty.Fault;
import io.btrdb.storage.faulty.FaultPlan;
import io.btrdb.storage.faulty.FaultySegmentStore;
import io.btrdb.storage.faulty.FaultyStateVault;
import io.btrdb.storage.faulty.Operation;
import io.btrdb.tree.Node;
import io.btrdb.tree.NodeCache;
import io.btrdb.tree.Tree;
import io.btrdb.tree.TreeShape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** One replica of the simulated shard on disks that fail: a crash after any write is ordinary. */
final class Replica {
  static final int SHARD = 7;

  private static final class SmallCache implements NodeCache {
    private final Map<BlockAddress, Node> nodes = new LinkedHashMap<>();

    @Override
    public Node get(BlockAddress address, Function<BlockAddress, Node> loader) {
      Node node = nodes.get(address);
      if (node == null) {
        node = loader.apply(address);
        put(address, node);
      }
      return node;
    }

    @Override
    public void put(BlockAddress address, Node node) {
      nodes.put(address, node);
      if (nodes.size() > 40) {
        nodes.remove(nodes.keySet().iterator().next());
      }
    }
  }

  final int id;
  final FaultPlan plan;
  final FaultySegmentStore segments;
  private final ShardOptions options;
  private final TreeShape shape;

  /** The pool that {@link #segments} is, which all replicas share; null when each has its own. */
  private final SimulatedPool pool;

  private final PlantedBug bug;

  private FaultyStateVault vault;
  StateStore state;
  Shard shard;
  Tree tree;
  PlainTrees trees;
  SegmentSweep sweep;
  Merger merger = new Merger();
  ReclaimPlanner planner;
  long applied = -1;
  int incarnation;
  long deleted;
  long rewritten;

  /**
   * @param pool the segments of all replicas; null when each has its own
   */
  Replica(
      int id,
      long seed,
      int faultsOneIn,
      ShardOptions options,
      TreeShape shape,
      SimulatedPool pool,
      PlantedBug bug) {
    this.id = id;
    this.bug = bug;
    this.pool = pool;
    this.options = options;
    this.shape = shape;
    plan = FaultPlan.seeded(seed).unsyncedSurvivalPercent(50);
    if (faultsOneIn > 0) {
      plan.oneIn(faultsOneIn, Operation.STATE_WRITE, Fault.FAIL)
          .oneIn(faultsOneIn, Operation.STATE_WRITE, Fault.FAIL_AFTER)
          .oneIn(faultsOneIn, Operation.SEGMENT_PUT, Fault.FAIL)
          .oneIn(faultsOneIn, Operation.SEGMENT_PUT, Fault.FAIL_AFTER)
          .oneIn(faultsOneIn, Operation.SEGMENT_PUT, Fault.TEAR)
          .oneIn(faultsOneIn, Operation.SEGMENT_SYNC, Fault.FAIL)
          .oneIn(faultsOneIn, Operation.SEGMENT_READ, Fault.FAIL)
          .oneIn(faultsOneIn, Operation.CHECKPOINT, Fault.FAIL)
          .oneIn(faultsOneIn, Operation.CHECKPOINT, Fault.FAIL_AFTER)
          .oneIn(faultsOneIn * 2, Operation.CHECKPOINT, Fault.FLIP_BIT);
    }
    segments =
        pool == null ? new FaultySegmentStore(new InMemorySegmentStore(), plan) : pool.segments;
    vault = new FaultyStateVault(new InMemoryStateVault(), plan);
    open();
  }

  /** The next start goes on from the one before. */
  void damageNewestCheckpoint() {
    vault.damageNewest();
  }

  /** Power off and on again. */
  void crash() {
    if (pool == null) {
      segments.crash();
    }
    open();
  }

  private void open() {
    incarnation++;
    merger = new Merger();
    state = vault.restore();
    tree = new Tree(shape, SHARD, new BlockReader(segments, SHARD), new SmallCache());
    shard = Shard.open(options, SHARD, state, segments, tree, HashMap::new);
    sweep =
        pool == null
            ? shard.ownSegments(segments, SegmentSweep.Exclusion.UNSHARED)
            : shard.sharedSegments(pool.ofALeader(), SegmentSweep.Exclusion.UNSHARED);
    planner = new ReclaimPlanner(3);
    trees = new PlainTrees(shard);
    applied = vault.newest().map(LogPosition::index).orElse(-1L);
    if (applied > 0) {
      applied += bug == PlantedBug.SKIPS_AFTER_RESTART ? 1 : 0;
      applied -= bug == PlantedBug.APPLIES_AGAIN_AFTER_RESTART ? 1 : 0;
    }
  }

  /** As the node does it: state, segments, then the checkpoint of both. */
  void checkpoint(long term) {
    if (applied < 0) {
      return;
    }
    shard.writeState();
    if (pool == null && bug != PlantedBug.CHECKPOINT_BEFORE_SYNC) {
      segments.sync();
    }
    if (bug == PlantedBug.CHECKPOINT_WITHOUT_SESSIONS) {
      forgetSessions();
    }
    vault.checkpoint(new LogPosition(term, applied));
  }

  private void forgetSessions() {
    StateBatch batch = new StateBatch();
    try (StateCursor cursor = state.scan(new byte[0], null)) {
      while (cursor.next()) {
        if (isSession(cursor.key())) {
          batch.delete(cursor.key());
        }
      }
    }
    state.write(batch);
  }

  private static boolean isSession(byte[] key) {
    return key[0] == StateKeys.SESSION;
  }

  /**
   * The last entry behind which nothing here needs what was freed up to it.
   *
   * @param oldestRead the index at which the oldest read under way began
   */
  long horizon(long oldestRead) {
    return bug == PlantedBug.SWEEPS_TOO_EARLY
        ? Long.MAX_VALUE
        : Math.min(oldestRead, vault.oldest().map(LogPosition::index).orElse(-1L));
  }

  /** As the node does it: lets go what was freed up to an entry. */
  void sweep(long through, long bytesMax) {
    SegmentSweep.Swept swept =
        sweep.sweep(
            through,
            bytesMax,
            damage -> {
              throw damage;
            });
    deleted += swept.deleted();
    rewritten += swept.rewritten();
  }

  /** Replaces everything here by a copy of what the other replica holds now. */
  void installFrom(Replica source, long term) {
    source.plan.calm(true);
    plan.calm(true);
    try {
      FaultyStateVault fresh = new FaultyStateVault(new InMemoryStateVault(), plan);
      fresh.restore().write(source.copyOfState());
      if (pool == null) {
        copySegments(source);
      }
      fresh.checkpoint(new LogPosition(term, source.applied));
      vault = fresh;
      open();
    } finally {
      source.plan.calm(false);
      plan.calm(false);
    }
  }

  /** All that the state store holds at the last applied entry. */
  StateBatch copyOfState() {
    shard.writeState();
    StateBatch batch = new StateBatch();
    try (StateCursor cursor = state.scan(new byte[0], null)) {
      while (cursor.next()) {
        if (bug != PlantedBug.INSTALL_WITHOUT_SESSIONS || !isSession(cursor.key())) {
          batch.put(cursor.key(), cursor.value());
        }
      }
    }
    return batch;
  }

  private void copySegments(Replica source) {
    for (SegmentId id : source.segments.list(SHARD)) {
      byte[] segment = source.segments.read(id, 0, (int) source.segments.length(id));
      // A torn one is of a put that a crash cut short: no applied entry needs it yet.
      if (SegmentVerifier.faults(id, segment).isEmpty()) {
        segments.put(id, segment);
      }
    }
    segments.sync();
  }

  /** A tree that remembers which blocks it read and shares no cache. */
  Tree observed(java.util.Set<BlockAddress> read) {
    NodeCache recorder =
        new NodeCache() {
          @Override
          public Node get(BlockAddress address, Function<BlockAddress, Node> loader) {
            read.add(address);
            return loader.apply(address);
          }

          @Override
          public void put(BlockAddress address, Node node) {}
        };
    return new Tree(shape, SHARD, new BlockReader(segments, SHARD), recorder);
  }

  /** Runs something that may fail as a disk does; then the replica crashes. False if it did. */
  boolean survives(Runnable work) {
    try {
      work.run();
      return true;
    } catch (StorageException e) {
      crash();
      return false;
    }
  }
}
