package io.btrdb.shard;

import io.btrdb.storage.SegmentId;
import io.btrdb.storage.StorageException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The leader's side of commits: folds sealed versions of many streams into one segment.
 *
 * <p>At most one commit is outstanding; after {@link #prepare} comes {@link #settled} or {@link
 * #abandoned}. Used by one thread, the leader's merger.
 */
public final class Merger {
  private final MergeOrder order = new MergeOrder();
  private final Set<UUID> quarantined = new HashSet<>();
  private PreparedCommit outstanding;
  private long lastTerm = -1;
  private long lastSequence = -1;

  /**
   * Folds the next commit; empty when no stream has a sealed version to fold.
   *
   * @param term the term this node leads in, and proposes the commit in
   * @param nextSegmentSequence the least sequence the segment may get; one that this merger has
   *     used in the term is never used again
   * @throws FoldFailedException when one stream's operations cannot be folded. Everything prepared
   *     is undone; {@link #quarantine} the stream and try again.
   * @throws StorageException when a store fails, which is no stream's fault; all is undone
   */
  public Optional<PreparedCommit> prepare(
      Shard shard, WorkingTrees trees, long term, long nextSegmentSequence, MergeLimits limits) {
    if (outstanding != null) {
      throw new IllegalStateException("commit " + outstanding.segment() + " is outstanding");
    }
    List<StreamState> streams = order.pick(shard, limits, quarantined);
    if (streams.isEmpty()) {
      return Optional.empty();
    }
    CommitFold fold =
        new CommitFold(shard, trees, nextSegment(shard, term, nextSegmentSequence), limits);
    for (StreamState stream : streams) {
      if (fold.isFull()) {
        break;
      }
      foldOne(fold, stream.uuid(), trees);
    }
    if (fold.isEmpty()) {
      return Optional.empty();
    }
    order.learn(fold.amplifications());
    outstanding = fold.finish();
    return Optional.of(outstanding);
  }

  /**
   * The Commit was applied by this replica, in whole, in part or not at all: trees of streams that
   * did not get the roots prepared here are dropped.
   */
  public void settled(PreparedCommit commit, Shard shard, WorkingTrees trees) {
    checkOutstanding(commit);
    outstanding = null;
    for (PreparedCommit.Target target : commit.targets()) {
      trees.with(
          target.stream(),
          tree -> {
            StreamState stream = shard.stream(target.stream());
            if (StreamVersions.isMissing(stream) || stream.materialised() < target.version()) {
              tree.drop();
            } else {
              tree.settle(stream);
            }
            return null;
          });
    }
  }

  /** What becomes of the commit is unknown, or it will not be proposed: its trees are dropped. */
  public void abandoned(PreparedCommit commit, WorkingTrees trees) {
    checkOutstanding(commit);
    outstanding = null;
    for (PreparedCommit.Target target : commit.targets()) {
      dropTree(target.stream(), trees);
    }
  }

  /** Leaves this stream alone from now on. */
  public void quarantine(UUID stream) {
    quarantined.add(stream);
  }

  /** Takes the stream up again. */
  public void release(UUID stream) {
    quarantined.remove(stream);
  }

  /** Streams left alone. */
  public Set<UUID> quarantined() {
    return Set.copyOf(quarantined);
  }

  private void foldOne(CommitFold fold, UUID stream, WorkingTrees trees) {
    try {
      fold.add(stream);
    } catch (StorageException e) {
      undo(fold, stream, trees);
      throw e;
    } catch (RuntimeException e) {
      undo(fold, stream, trees);
      throw new FoldFailedException(stream, e);
    }
  }

  private static void undo(CommitFold fold, UUID failed, WorkingTrees trees) {
    dropTree(failed, trees);
    fold.streams().forEach(stream -> dropTree(stream, trees));
  }

  private static void dropTree(UUID stream, WorkingTrees trees) {
    trees.with(
        stream,
        tree -> {
          tree.drop();
          return null;
        });
  }

  /** Caches may hold nodes by the addresses of a segment that came to nothing: no second use. */
  private SegmentId nextSegment(Shard shard, long term, long least) {
    if (term < lastTerm) {
      throw new IllegalArgumentException("term " + term + " comes after term " + lastTerm);
    }
    lastSequence = term == lastTerm ? Math.max(least, lastSequence + 1) : least;
    lastTerm = term;
    return SegmentId.of(shard.id(), term, lastSequence);
  }

  private void checkOutstanding(PreparedCommit commit) {
    if (outstanding != commit) {
      throw new IllegalStateException("commit " + commit.segment() + " is not outstanding");
    }
  }
}
