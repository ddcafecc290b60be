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
  private final List<String> otherNodes;
  private final Executor workers;
  private final Set<SegmentId> underWay = ConcurrentHashMap.newKeySet();
  private final LongAdder repaired = new LongAdder();
  private final LongAdder failed = new LongAdder();

  public SegmentRepair(
      SegmentStore segments,
      ReplicaFetch fetch,
      IntFunction<GroupId> groupOfShard,
      List<String> otherNodes,
      Executor workers) {
    this.segments = segments;
    this.fetch = fetch;
    this.groupOfShard = groupOfShard;
    this.otherNodes = otherNodes;
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
    if (underWay.add(id)) {
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

  private void repair(SegmentId id) {
    for (String node : otherNodes) {
      try {
        byte[] copy = fetch.segment(groupOfShard.apply(id.shard()), id, node);
        segments.delete(id);
        segments.put(id, copy);
        segments.sync();
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

  public long repaired() {
    return repaired.sum();
  }

  public long failed() {
    return failed.sum();
  }
}
