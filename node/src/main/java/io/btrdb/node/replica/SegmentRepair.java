package io.btrdb.node.replica;

import io.btrdb.consensus.GroupId;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StorageException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a segment in which a read met damage by a verified copy from another replica. All
 * replicas' segments are identical to the byte, so any good copy will do. Thread-safe; one repair
 * of a segment at a time.
 */
public final class SegmentRepair {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentRepair.class);

  private final SegmentStore segments;
  private final ReplicaFetch fetch;
  private final IntFunction<GroupId> groupOfShard;
  private final Supplier<List<String>> otherNodes;
  private final IntPredicate held;
  private final Executor workers;
  private final Set<SegmentId> underWay = ConcurrentHashMap.newKeySet();
  private final LongAdder repaired = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /**
   * @param otherNodes ids of the nodes that may have a good copy, at the moment of asking
   * @param held whether this node has, and is to keep, a replica of a shard
   */
  public SegmentRepair(
      SegmentStore segments,
      ReplicaFetch fetch,
      IntFunction<GroupId> groupOfShard,
      Supplier<List<String>> otherNodes,
      IntPredicate held,
      Executor workers) {
    this.segments = segments;
    this.fetch = fetch;
    this.groupOfShard = groupOfShard;
    this.otherNodes = otherNodes;
    this.held = held;
    this.workers = workers;
  }

  /** The damaged segment that a failure is about, if it is about one. */
  public static Optional<SegmentId> segmentOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CorruptBlockException corrupt) {
        return Optional.of(corrupt.segment());
      }
      if (cause instanceof MissingSegmentException missing) {
        return Optional.of(missing.segment());
      }
    }
    return Optional.empty();
  }

  /** Starts a repair in the background unless one is under way. */
  public void request(SegmentId id) {
    if (held.test(id.shard()) && underWay.add(id)) {
      workers.execute(
          () -> {
            try {
              repair(id);
            } finally {
              underWay.remove(id);
            }
          });
    }
  }

  /** Repairs a segment and waits for it, unless a repair is under way already. */
  public void repairNow(SegmentId id) {
    if (held.test(id.shard()) && underWay.add(id)) {
      try {
        repair(id);
      } finally {
        underWay.remove(id);
      }
    }
  }

  private void repair(SegmentId id) {
    for (String node : otherNodes.get()) {
      try {
        byte[] copy = fetch.segment(groupOfShard.apply(id.shard()), id, node);
        if (!replace(id, copy)) {
          return;
        }
        repaired.increment();
        LOG.warn("segment {} was damaged and is replaced by the copy of {}", id, node);
        return;
      } catch (StorageException e) {
        failed.increment();
        LOG.error("segment {} is damaged and its good copy cannot be stored", id, e);
        return;
      } catch (RuntimeException e) {
        LOG.warn("segment {}: {} has no good copy: {}", id, node, e.toString());
      }
    }
    failed.increment();
    LOG.error("segment {} is damaged and no other node has a good copy of it", id);
  }

  /** False when the shard is being deleted here. */
  private synchronized boolean replace(SegmentId id, byte[] copy) {
    if (!held.test(id.shard())) {
      return false;
    }
    segments.delete(id);
    segments.put(id, copy);
    segments.sync();
    return true;
  }

  /** Runs while no repair writes: what it deletes stays deleted once the shard is not held. */
  synchronized void apart(Runnable deletion) {
    deletion.run();
  }

  public long repaired() {
    return repaired.sum();
  }

  public long failed() {
    return failed.sum();
  }
}
