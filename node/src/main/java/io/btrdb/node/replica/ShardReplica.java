package io.btrdb.node.replica;

import io.btrdb.consensus.ByteSlice;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Leadership;
import io.btrdb.consensus.LogEntry;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.Position;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import io.btrdb.node.plane.Following;
import io.btrdb.node.plane.LocalShard;
import io.btrdb.node.plane.ReadPin;
import io.btrdb.node.plane.StreamFollower;
import io.btrdb.node.pool.NodeSegments;
import io.btrdb.node.pool.PoolSweep;
import io.btrdb.placement.ShardRange;
import io.btrdb.shard.Command;
import io.btrdb.shard.CommandCodec;
import io.btrdb.shard.EntryContext;
import io.btrdb.shard.Retention;
import io.btrdb.shard.SegmentSweep;
import io.btrdb.shard.Shard;
import io.btrdb.shard.ShardOptions;
import io.btrdb.shard.StreamState;
import io.btrdb.shard.VersionLookup;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.local.LocalStateVault;
import io.btrdb.tree.Tree;
import io.btrdb.tree.TreeShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard's replica on this node: the deterministic {@link Shard} behind its replicated log, with
 * its own state store and its part of the node's segment store.
 *
 * <p>Threads: the log calls apply, checkpoint and open one at a time; everything of {@link
 * LocalShard} may be called from any thread.
 */
public final class ShardReplica implements Replicas.Hosted, LocalShard {
  private static final Logger LOG = LoggerFactory.getLogger(ShardReplica.class);

  /** Told what happens to replicas; by the replica's own threads, so it must not block. */
  public interface Events {
    void leadership(GroupId group, Leadership event);

    void failed(GroupId group, Throwable why);

    void quarantined(GroupId group, UUID stream, Throwable why);

    void damaged(SegmentId segment);
  }

  private final GroupId group;
  private final ShardRange range;
  private final UUID cluster;
  private final ShardOptions options;
  private final long backlogBytesMax;
  private final LocalStateVault vault;
  private final NodeSegments segments;
  private final Tree tree;
  private final LockedWorkingTrees trees;
  private final Quarantine quarantine = new Quarantine();
  private final Followers followers = new Followers();
  private final MergeLoop merges;
  private final ReplicaFetch fetch;
  private final Events events;
  private final ReplicaSource source;
  private final ReadPins pins = new ReadPins(() -> log().applied().index());
  private final ReentrantLock sweepLock = new ReentrantLock();

  private volatile Shard shard;

  /**
   * Of this node's disk; null while segments for another state arrive. Changed and used under
   * {@link #sweepLock}.
   */
  private volatile SegmentSweep sweep;

  /** Null where new segments do not go into a pool. Changed and used as the one before. */
  private volatile PoolSweep poolSweep;

  private volatile ReplicatedLog log;

  public ShardReplica(
      GroupId group,
      ShardRange range,
      UUID cluster,
      ShardOptions options,
      long backlogBytesMax,
      MergeLoop.Settings merging,
      LocalStateVault vault,
      NodeSegments segments,
      SharedNodeCache cache,
      ReplicaFetch fetch,
      Events events) {
    this.group = group;
    this.range = range;
    this.cluster = cluster;
    this.options = options;
    this.backlogBytesMax = backlogBytesMax;
    this.vault = vault;
    this.segments = segments;
    this.fetch = fetch;
    this.events = events;
    this.source = ReplicaSource.ofShard(vault, segments, range.shard(), this::isSpare);
    this.tree =
        new Tree(
            TreeShape.STANDARD,
            range.shard(),
            new BlockReader(segments, range.shard()),
            cache.of(range.shard()));
    this.trees = new LockedWorkingTrees(() -> shard.newWorkingTree(), backlogBytesMax / 16);
    this.merges = new MergeLoop(this, merging);
  }

  // ------------------------------------------------------------------------- the replicated log

  @Override
  public Position open() {
    trees.dropAll();
    quarantine.clear();
    followers.interrupt("this replica goes on from a copy of another one's state");
    sweepLock.lock();
    try {
      Shard opened =
          Shard.open(
              options, range.shard(), vault.restore(), segments, tree, ConcurrentHashMap::new);
      opened.observe(followers);
      sweep = opened.ownSegments(segments.disk(), new SweepLock());
      poolSweep =
          segments
              .destination()
              .map(pool -> new PoolSweep(pool, opened, new SweepLock()))
              .orElse(null);
      shard = opened;
    } finally {
      sweepLock.unlock();
    }
    vault.damaged().forEach(checkpoint -> LOG.error("set aside: {}", checkpoint));
    return vault.newest().map(ShardReplica::position).orElse(Position.NONE);
  }

  @Override
  public long logTimeMillis() {
    return shard.logTimeMillis();
  }

  @Override
  public List<Object> apply(LogEntry entry) {
    Shard current = shard;
    List<ByteSlice> commands = entry.commands();
    List<Object> outcomes = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      ByteSlice command = commands.get(i);
      EntryContext context =
          new EntryContext(
              entry.term(), entry.index(), i, entry.proposerTerm(), entry.logTimeMillis());
      outcomes.add(current.apply(context, command.array(), command.offset(), command.length()));
    }
    merges.applied(entry.logTimeMillis(), current.sealedVersions() > 0);
    return outcomes;
  }

  @Override
  public Position checkpoint(Position at) {
    // The roots in the state name blocks of segments, which must not be lost when the state is not.
    segments.sync();
    shard.writeState();
    vault.checkpoint(new LogPosition(at.term(), at.index()));
    return at;
  }

  @Override
  public CompletableFuture<Position> install(Position firstAvailable, PeerId leader) {
    // What arrives belongs to a state that is not here yet: it must not be swept by this one.
    SegmentSweep before = stopSweeping();
    return fetch
        .shard(group, range.shard(), vault, segments, firstAvailable, leader)
        .whenComplete((position, failure) -> resumeSweeping(before, position));
  }

  private SegmentSweep stopSweeping() {
    sweepLock.lock();
    try {
      SegmentSweep before = sweep;
      sweep = null;
      return before;
    } finally {
      sweepLock.unlock();
    }
  }

  /** Nothing was installed: the state stays as it is. Else the next open begins anew. */
  private void resumeSweeping(SegmentSweep before, Position installed) {
    sweepLock.lock();
    try {
      if (sweep == null && (installed == null || installed.equals(Position.NONE))) {
        sweep = before;
      }
    } finally {
      sweepLock.unlock();
    }
  }

  /**
   * Lets go of segments, in whole or in part, that no checkpoint, no transfer and no read under way
   * needs any more.
   *
   * @param bytesMax stops once so many bytes were written
   */
  SegmentSweep.Swept sweep(long bytesMax) {
    sweepLock.lock();
    try {
      return sweep == null
          ? SegmentSweep.Swept.NOTHING
          : sweep.sweep(spareThrough(), bytesMax, damage -> damaged(damage.segment()));
    } finally {
      sweepLock.unlock();
    }
  }

  /**
   * What was freed up to this entry nothing on this replica needs: no checkpoint that it may
   * restore, those kept for a transfer or a backup among them, and no read under way. It only
   * grows, whatever is restored or read from now on; -1 while there is no checkpoint.
   */
  public long spareThrough() {
    return Math.min(vault.oldest().map(LogPosition::index).orElse(-1L), pins.oldest());
  }

  /**
   * Lets go of some segments in the pool, if this node leads the shard and new segments go there.
   *
   * @param replicasSpare the least {@link #spareThrough} of all replicas
   * @throws io.btrdb.storage.StorageException when the pool fails
   */
  SegmentSweep.Swept sweepPool(long bytesMax, LongSupplier replicasSpare) {
    PoolSweep now = poolSweep;
    Role role = log.role();
    if (now == null || !role.ready()) {
      if (now != null) {
        now.forget(spareThrough());
      }
      return SegmentSweep.Swept.NOTHING;
    }
    if (!now.isPossible()) {
      return SegmentSweep.Swept.NOTHING;
    }
    Optional<List<SegmentId>> found = now.find(role.term());
    if (found.isPresent()) {
      locked(now, () -> now.takeUp(found.get(), role.term(), () -> log.applied().index()));
    }
    if (now.waiting() == 0) {
      return SegmentSweep.Swept.NOTHING;
    }
    long through = now.through(replicasSpare.getAsLong());
    SegmentSweep.Swept[] swept = {SegmentSweep.Swept.NOTHING};
    locked(now, () -> swept[0] = now.sweep(through, bytesMax, damage -> damaged(damage.segment())));
    return swept[0];
  }

  /** Unless the state was replaced since, or is another leader's to sweep. */
  private void locked(PoolSweep current, Runnable work) {
    sweepLock.lock();
    try {
      if (poolSweep == current && log.role().ready()) {
        work.run();
      }
    } finally {
      sweepLock.unlock();
    }
  }

  private boolean isSpare(long segment, long index) {
    PoolSweep pooled = poolSweep;
    if (pooled != null && !segments.disk().contains(new SegmentId(range.shard(), segment))) {
      return pooled.isSpare(segment, index);
    }
    SegmentSweep now = sweep;
    return now != null && now.isSpare(segment, index);
  }

  /** Segments that wait to be let go: on the disk, and in the pool if this node leads. */
  public int unswept() {
    SegmentSweep now = sweep;
    PoolSweep pooled = poolSweep;
    int onDisk = now == null ? 0 : now.waiting();
    return pooled != null && leads() ? Math.max(onDisk, pooled.waiting()) : onDisk;
  }

  /**
   * Whether a checkpoint keeps a segment from being swept: one of this replica's, or, of those in
   * the pool that this node sweeps, anybody's. Those of the others need an entry to go forward,
   * too.
   */
  boolean waitsForCheckpoint() {
    SegmentSweep now = sweep;
    PoolSweep pooled = poolSweep;
    return pooled != null && leads() && pooled.waiting() > 0
        || now != null && vault.oldest().map(LogPosition::index).orElse(-1L) < now.lastDue();
  }

  @Override
  public void leadership(Leadership event) {
    switch (event) {
      case Leadership.BecameLeader leader -> {
        trees.dropAll();
        merges.lead(leader.term());
      }
      case Leadership.LostLeadership lost -> {
        merges.follow();
        trees.dropAll();
      }
      case Leadership.LeaderChanged changed -> {}
    }
    events.leadership(group, event);
  }

  @Override
  public void failed(Throwable why) {
    merges.follow();
    followers.interrupt("this replica has failed");
    events.failed(group, why);
  }

  @Override
  public void close() {
    merges.close();
    followers.interrupt("this replica is closed");
    source.close();
    vault.close();
  }

  @Override
  public void attach(ReplicatedLog replicatedLog) {
    log = replicatedLog;
    merges.start();
  }

  @Override
  public ReplicaSource source() {
    return source;
  }

  /** Levels are never lowered, and none is below the first. */
  @Override
  public byte[] harmless() {
    return CommandCodec.encode(new Command.Activate(0));
  }

  @Override
  public long epoch() {
    return shard.info().epoch();
  }

  @Override
  public Optional<byte[]> logEpoch(long epoch) {
    return Optional.of(CommandCodec.encode(new Command.Epoch(epoch)));
  }

  // ------------------------------------------------------------------------------ the local shard

  @Override
  public ReplicatedLog log() {
    return log;
  }

  @Override
  public boolean retires() {
    return shard.info().level() >= CommandCodec.RECLAIM_LEVEL;
  }

  @Override
  public Retention retention(UUID stream) {
    StreamState state = shard.stream(stream);
    return state == null ? Retention.ALL : state.retention();
  }

  @Override
  public ReadPin pin() {
    return pins.pin();
  }

  /** Reads under way. */
  public ReadPins pins() {
    return pins;
  }

  @Override
  public Tree tree() {
    return tree;
  }

  @Override
  public Optional<String> overload() {
    if (shard.backlogBytes() > backlogBytesMax) {
      return Optional.of("has more unmerged data than write.backlogMegabytes allows");
    }
    Duration refused = merges.poolRefuses();
    return segments
        .destination()
        .filter(pool -> refused.compareTo(pool.outageMax()) > 0)
        .map(
            pool ->
                "has waited for the pool for "
                    + refused.toSeconds()
                    + " s, longer than pool.outageSeconds allows");
  }

  @Override
  public boolean quarantined(UUID stream) {
    return quarantine.holds(stream);
  }

  @Override
  public Following follow(UUID stream, StreamFollower follower) {
    return followers.add(stream, follower);
  }

  @Override
  public VersionLookup lookup(UUID stream, long version) {
    return shard.lookup(stream, version);
  }

  @Override
  public VersionLookup resolve(UUID stream, long version) {
    return shard.resolve(stream, version, trees);
  }

  /** The state machine as of now; replaced as a whole when a checkpoint is installed. */
  public Shard shard() {
    return shard;
  }

  public ShardRange range() {
    return range;
  }

  public GroupId group() {
    return group;
  }

  public LocalStateVault vault() {
    return vault;
  }

  public Quarantine quarantine() {
    return quarantine;
  }

  public MergeLoop merges() {
    return merges;
  }

  NodeSegments segments() {
    return segments;
  }

  UUID cluster() {
    return cluster;
  }

  LockedWorkingTrees trees() {
    return trees;
  }

  void damaged(SegmentId segment) {
    events.damaged(segment);
  }

  void setAside(UUID stream, Throwable why) {
    quarantine.add(stream, why);
    events.quarantined(group, stream, why);
  }

  private static Position position(LogPosition at) {
    return new Position(at.term(), at.index());
  }
}
