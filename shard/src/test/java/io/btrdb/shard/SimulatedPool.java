package io.btrdb.shard;

import io.btrdb.storage.BlockReader;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.InMemoryStateStore;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.StorageException;
import io.btrdb.storage.faulty.Fault;
import io.btrdb.storage.faulty.FaultPlan;
import io.btrdb.storage.faulty.FaultySegmentStore;
import io.btrdb.storage.faulty.Operation;
import io.btrdb.tree.NodeCache;
import io.btrdb.tree.Root;
import io.btrdb.tree.Tree;
import io.btrdb.tree.TreeShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The segments of all replicas in one place, and what deposed leaders still do to it: a write or a
 * delete that was decided on in one term may happen in any later one.
 */
final class SimulatedPool {
  final FaultPlan plan;
  final FaultySegmentStore segments;
  private final SplittableRandom random;
  private final ShardOptions options;
  private final TreeShape shape;
  private final List<PreparedCommit> lateWrites = new ArrayList<>();
  private final List<Runnable> lateChanges = new ArrayList<>();

  /** A state as a leader archived it some time ago. */
  private StateBatch manifest = new StateBatch();

  private long manifestIndex = -1;
  private long wroteLate;
  private long swept;
  private long versionsFromFooters;

  SimulatedPool(SplittableRandom random, int faultsOneIn, ShardOptions options, TreeShape shape) {
    this.random = random;
    this.options = options;
    this.shape = shape;
    plan = FaultPlan.seeded(random.nextLong()).unsyncedSurvivalPercent(100);
    if (faultsOneIn > 0) {
      plan.oneIn(faultsOneIn, Operation.SEGMENT_PUT, Fault.FAIL)
          .oneIn(faultsOneIn, Operation.SEGMENT_PUT, Fault.FAIL_AFTER)
          .oneIn(faultsOneIn, Operation.SEGMENT_READ, Fault.FAIL);
    }
    segments = new FaultySegmentStore(new InMemorySegmentStore(), plan);
  }

  /** False when it is not known to have been written: to be tried again. */
  boolean write(PreparedCommit commit) {
    try {
      segments.put(commit.segment(), commit.segmentBytes());
      return true;
    } catch (StorageException e) {
      return false;
    }
  }

  void writeLate(PreparedCommit commit) {
    lateWrites.add(commit);
  }

  /** The pool as leaders change it when they sweep: now, or when they are deposed by then. */
  SegmentStore ofALeader() {
    return new Late();
  }

  /**
   * @param horizon what was freed up to this entry no replica needs any more
   */
  void step(Replica leader, long term, boolean ready, long horizon) {
    int dice = random.nextInt(6);
    if (dice == 0 && !lateWrites.isEmpty()) {
      wroteLate += write(lateWrites.removeFirst()) ? 1 : 0;
    } else if (dice == 1 && !lateChanges.isEmpty()) {
      lateChanges.removeFirst().run();
    } else if (dice == 2 && ready) {
      sweep(leader, term, random.nextBoolean());
    } else if (dice > 3 && ready) {
      sweepFreed(leader, term, horizon);
    } else if (ready && random.nextInt(4) == 0) {
      archive(leader);
    }
  }

  /** Deletes orphans now, or leaves them to be deleted by a leader that is deposed by then. */
  private void sweep(Replica leader, long term, boolean late) {
    try {
      for (SegmentId id : segments.list(Replica.SHARD)) {
        if (id.term() < term && leader.shard.isOrphan(footer(id))) {
          if (late) {
            lateChanges.add(() -> segments.delete(id));
          } else {
            segments.delete(id);
            swept++;
          }
        }
      }
    } catch (StorageException e) {
      // Some other time.
      return;
    }
  }

  /** Lets go what the log has freed, as far as nobody needs it: an archived state neither. */
  private void sweepFreed(Replica leader, long term, long horizon) {
    if (!leader.shard.listsSegments()) {
      return;
    }
    try {
      leader.sweep.takeUp(past(leader, term), () -> leader.applied);
      leader.sweep(Math.min(horizon, manifestIndex), random.nextInt(1, 10_000));
    } catch (StorageException e) {
      // Some other time.
      return;
    }
  }

  /** What is late happens, and the leader takes up all that there is. */
  void takeUpAll(Replica leader, long term) {
    plan.calm(true);
    lateWrites.forEach(this::write);
    lateWrites.clear();
    lateChanges.forEach(Runnable::run);
    lateChanges.clear();
    leader.sweep.takeUp(past(leader, term), () -> leader.applied);
  }

  private List<SegmentId> past(Replica leader, long term) {
    return segments.list(Replica.SHARD).stream()
        .filter(id -> id.term() < term || leader.shard.isPast(footer(id)))
        .toList();
  }

  /** Everything that can be spared goes. */
  void sweepAll(Replica leader, long term, long horizon) {
    archive(leader);
    for (int i = 0; i < 100 && leader.sweep.waiting() > 0; i++) {
      leader.sweep(Math.min(horizon, manifestIndex), Long.MAX_VALUE);
      lateChanges.forEach(Runnable::run);
      lateChanges.clear();
    }
    if (leader.sweep.waiting() != 0) {
      throw new AssertionError(leader.sweep.waiting() + " segments still wait");
    }
    for (SegmentId id : segments.list(Replica.SHARD)) {
      if (id.term() < term && !leader.shard.needs(id.number())) {
        throw new AssertionError("segment " + id + " is needed by nobody and still there");
      }
    }
  }

  private SegmentFooter footer(SegmentId id) {
    return SegmentFooter.decode(SegmentReader.open(segments, id).footer());
  }

  private void archive(Replica leader) {
    leader.plan.calm(true);
    manifest = leader.copyOfState();
    manifestIndex = leader.applied;
    leader.plan.calm(false);
  }

  /** What is left to happen happens, and then nothing is left that no version needs. */
  void settle(Replica leader, long term) {
    lateWrites.forEach(this::write);
    lateWrites.clear();
    lateChanges.forEach(Runnable::run);
    lateChanges.clear();
    sweep(leader, term, false);
    for (SegmentId id : segments.list(Replica.SHARD)) {
      if (id.term() < term && leader.shard.isOrphan(footer(id))) {
        throw new AssertionError("segment " + id + " is an orphan and was not swept");
      }
    }
    for (long number : leader.shard.segments()) {
      if (!segments.contains(new SegmentId(Replica.SHARD, number))) {
        throw new AssertionError("segment " + number + " is needed and gone");
      }
    }
  }

  /** A shard made from the last archived state and the segments that there are. */
  Recovered recover() {
    StateStore state = new InMemoryStateStore();
    state.write(manifest);
    Tree tree =
        new Tree(shape, Replica.SHARD, new BlockReader(segments, Replica.SHARD), NodeCache.NONE);
    Shard shard = Shard.open(options, Replica.SHARD, state, segments, tree, HashMap::new);
    RecoveredCommits commits = new RecoveredCommits(shard, state);
    for (SegmentId id : segments.list(Replica.SHARD)) {
      commits.add(id, footer(id));
    }
    versionsFromFooters = commits.take();
    LogPosition position = commits.position(new LogPosition(1, manifestIndex));
    if (position.index() < manifestIndex) {
      throw new AssertionError("recovered to " + position + ", behind " + manifestIndex);
    }
    new Checks().accounts(shard);
    // As it is after its first restart.
    if (shard.info().initialised()) {
      shard.writeState();
      shard = Shard.open(options, Replica.SHARD, state, segments, tree, HashMap::new);
      new Checks().accounts(shard);
    }
    return new Recovered(shard, tree);
  }

  /** What is deleted and replaced in it happens at once or late. */
  private final class Late implements SegmentStore {
    @Override
    public void put(SegmentId id, byte[] segment) {
      segments.put(id, segment);
    }

    @Override
    public boolean replace(SegmentId id, byte[] segment) {
      if (random.nextInt(3) > 0) {
        return segments.replace(id, segment);
      }
      lateChanges.add(() -> replaceLate(id, segment));
      return true;
    }

    /** A pool changes only what is as it was looked at. */
    private void replaceLate(SegmentId id, byte[] segment) {
      if (segments.contains(id)
          && SegmentRewriter.generation(segments, id) < SegmentRewriter.generation(segment)) {
        try {
          boolean unused = segments.replace(id, segment);
        } catch (StorageException e) {
          // It stays as it is.
          return;
        }
      }
    }

    @Override
    public void sync() {
      segments.sync();
    }

    @Override
    public boolean contains(SegmentId id) {
      return segments.contains(id);
    }

    @Override
    public long length(SegmentId id) {
      return segments.length(id);
    }

    @Override
    public byte[] read(SegmentId id, long offset, int length) {
      return segments.read(id, offset, length);
    }

    @Override
    public void delete(SegmentId id) {
      if (random.nextInt(3) > 0) {
        segments.delete(id);
      } else {
        lateChanges.add(() -> segments.delete(id));
      }
    }

    @Override
    public List<SegmentId> list(int shard) {
      return segments.list(shard);
    }

    @Override
    public void close() {}
  }

  /** What came out. */
  record Recovered(Shard shard, Tree tree) {
    long materialised(UUID uuid) {
      StreamState stream = shard.stream(uuid);
      return stream == null ? ShardLimits.FIRST_VERSION : stream.materialised();
    }

    PlainStream.Contents contents(UUID uuid, long version) {
      if (shard.stream(uuid) == null) {
        return Points.contents(tree, Root.EMPTY);
      }
      return Points.contents(
          tree, ((VersionLookup.Materialised) shard.lookup(uuid, version)).root());
    }
  }

  String summary() {
    return "%d late writes, %d swept, %d versions recovered from footers"
        .formatted(wroteLate, swept, versionsFromFooters);
  }
}
