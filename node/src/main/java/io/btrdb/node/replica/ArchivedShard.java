package io.btrdb.node.replica;

import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.node.plane.Following;
import io.btrdb.node.plane.LocalShard;
import io.btrdb.node.plane.ReadPin;
import io.btrdb.node.plane.StreamFollower;
import io.btrdb.placement.ShardRange;
import io.btrdb.shard.FoldFailedException;
import io.btrdb.shard.Retention;
import io.btrdb.shard.Shard;
import io.btrdb.shard.ShardOptions;
import io.btrdb.shard.StreamState;
import io.btrdb.shard.VersionLookup;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StateStore;
import io.btrdb.tree.Tree;
import io.btrdb.tree.TreeShape;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A shard as a stored state has it, to be read: it has no log, takes no writes and never changes.
 * Thread-safe.
 */
public final class ArchivedShard implements LocalShard {
  private final Shard shard;
  private final Tree tree;
  private final LockedWorkingTrees trees;

  /**
   * @param state stays as it is while this is in use
   * @param foldBytesMax of heap for trees of what the state has pending
   */
  public ArchivedShard(
      ShardRange range,
      StateStore state,
      SegmentStore segments,
      SharedNodeCache cache,
      long foldBytesMax) {
    tree =
        new Tree(
            TreeShape.STANDARD,
            range.shard(),
            new BlockReader(segments, range.shard()),
            cache.of(range.shard()));
    shard =
        Shard.open(
            ShardOptions.DEFAULTS, range.shard(), state, segments, tree, ConcurrentHashMap::new);
    trees = new LockedWorkingTrees(shard::newWorkingTree, foldBytesMax);
  }

  @Override
  public ReplicatedLog log() {
    throw new IllegalStateException("a shard that is only read has no log");
  }

  @Override
  public boolean leads() {
    return false;
  }

  @Override
  public boolean elected() {
    return false;
  }

  @Override
  public Tree tree() {
    return tree;
  }

  @Override
  public Optional<String> overload() {
    return Optional.of("is open for reads only");
  }

  /** Whoever cannot be folded says so with {@link FoldFailedException}. */
  @Override
  public boolean quarantined(UUID stream) {
    return false;
  }

  /** Nothing ever happens to it. */
  @Override
  public Following follow(UUID stream, StreamFollower follower) {
    return () -> {};
  }

  @Override
  public boolean retires() {
    return false;
  }

  @Override
  public Retention retention(UUID stream) {
    StreamState state = shard.stream(stream);
    return state == null ? Retention.ALL : state.retention();
  }

  @Override
  public ReadPin pin() {
    return ReadPin.NONE;
  }

  @Override
  public VersionLookup lookup(UUID stream, long version) {
    return shard.lookup(stream, version);
  }

  @Override
  public VersionLookup resolve(UUID stream, long version) {
    return shard.resolve(stream, version, trees);
  }
}
