package io.btrdb.node.pool;

import io.btrdb.shard.SegmentFooter;
import io.btrdb.shard.Shard;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a shard's segments that came to nothing: leaders wrote them and were deposed before their
 * Commits were logged. Only those of terms below this leader's, which has applied its own first
 * entry: what earlier leaders proposed is applied by then or lost for good, so that even a sweep
 * that a deposed leader goes on with deletes nothing that any version needs. Used by one thread.
 */
final class OrphanSweep {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);

  private final Pool pool;

  /** Segments that are known to be none; they never become one. */
  private final Set<SegmentId> sound = new HashSet<>();

  OrphanSweep(Pool pool) {
    this.pool = pool;
  }

  /**
   * Looks at all segments of a shard.
   *
   * @param term in which this node leads the shard
   * @param leads whether it still does
   * @return how many were deleted
   * @throws io.btrdb.storage.StorageException when the pool fails; some may have been deleted
   */
  int sweep(Shard shard, long term, BooleanSupplier leads) {
    Set<SegmentId> there = new HashSet<>(pool.segments().own(shard.id()));
    sound.retainAll(there);
    Set<Long> needed = shard.segments();
    int swept = 0;
    for (SegmentId id : there) {
      if (id.term() >= term || sound.contains(id)) {
        continue;
      }
      if (needed.contains(id.number()) || !isOrphan(shard, id)) {
        sound.add(id);
        continue;
      }
      // A pinned reader may have taken an orphan for what was committed last: what is folded in it
      // is true all the same.
      if (!leads.getAsBoolean() || !pool.pins().living().isEmpty()) {
        return swept;
      }
      pool.checkNewest();
      pool.segments().delete(id);
      swept++;
    }
    if (swept > 0) {
      LOG.info(
          "shard {}: {} segments of earlier leaders came to nothing: deleted", shard.id(), swept);
    }
    return swept;
  }

  private boolean isOrphan(Shard shard, SegmentId id) {
    try {
      return shard.isOrphan(SegmentFooter.decode(SegmentReader.open(pool.segments(), id).footer()));
    } catch (MissingSegmentException e) {
      return false;
    }
  }
}
