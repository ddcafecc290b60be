package io.btrdb.node.pool;

import io.btrdb.shard.SegmentFooter;
import io.btrdb.shard.SegmentSweep;
import io.btrdb.shard.Shard;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.storage.SegmentStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gives back space in the pool, as the leader of a shard: deletes and rewrites segments of which
 * the log has freed something. They go once nobody may need them any more: no replica, by its
 * checkpoints and the reads under way on it; no recovery, which begins at the archived state; and
 * no pin. A leader that is deposed meanwhile does no harm: what it deletes was freed by a committed
 * entry, and whoever joins begins with a state that is no older than those it has asked about.
 *
 * <p>Every replica has one, and only a leader's does anything; the others forget what they hear.
 *
 * <p>Threads: {@link #find} and {@link #through}, which wait for the pool, are one thread's; so are
 * the rest, and not while the shard is being replaced.
 */
public final class PoolSweep {
  private static final long FIND_NANOS = TimeUnit.HOURS.toNanos(1);

  private final Pool pool;
  private final Shard shard;
  private final SegmentSweep sweep;
  private final StateArchive archive;
  private long foundTerm = -1;
  private long nextFindNanos;

  public PoolSweep(Pool pool, Shard shard, SegmentSweep.Exclusion exclusion) {
    this.pool = pool;
    this.shard = shard;
    this.sweep = shard.sharedSegments(new NewestOnly(pool), exclusion);
    this.archive = new StateArchive(pool, PoolNames.shard(shard.id()));
  }

  /** Whether the pool can be asked, and this node may change it. */
  public boolean isPossible() {
    return pool.silence().isEmpty() && !pool.isSuperseded() && shard.listsSegments();
  }

  /**
   * All segments there that wait for no Commit any more, when they are to be looked at: once a
   * leadership and once an hour.
   *
   * @param term in which this node leads
   * @throws io.btrdb.storage.StorageException when the pool fails
   */
  public Optional<List<SegmentId>> find(long term) {
    if (term == foundTerm && System.nanoTime() - nextFindNanos < 0) {
      return Optional.empty();
    }
    return Optional.of(
        pool.segments().list(shard.id()).stream()
            .filter(id -> id.term() < term || shard.needs(id.number()) || isPast(id))
            .toList());
  }

  /** Those that were put for their footer's sake have no block, so none was ever freed. */
  private boolean isPast(SegmentId id) {
    try {
      return shard.isPast(SegmentFooter.decode(SegmentReader.open(pool.segments(), id).footer()));
    } catch (MissingSegmentException | CorruptBlockException e) {
      return false;
    }
  }

  /** Takes note of what was found. */
  public void takeUp(List<SegmentId> found, long term, LongSupplier applied) {
    sweep.takeUp(found, applied);
    foundTerm = term;
    nextFindNanos = System.nanoTime() + FIND_NANOS;
  }

  /** Segments that wait to be let go. */
  public int waiting() {
    return sweep.waiting();
  }

  /**
   * What was freed up to this entry of the log nobody needs.
   *
   * @param replicas the same, as far as the replicas say
   * @throws io.btrdb.storage.StorageException when the pool fails
   */
  public long through(long replicas) {
    // In this order: who comes in between is pinned first, and begins with what is archived then.
    long archived = archive.newest().map(state -> state.position().index()).orElse(-1L);
    return Math.min(Math.min(replicas, archived), pool.pins().oldest(shard.id()));
  }

  /** Lets some segments go. As {@link SegmentSweep#sweep}. */
  public SegmentSweep.Swept sweep(long through, long bytesMax, SegmentSweep.Damage damage) {
    return sweep.sweep(through, bytesMax, damage);
  }

  /** This node does not lead. */
  public void forget(long through) {
    sweep.forget(through);
  }

  /** As {@link SegmentSweep#isSpare}. */
  public boolean isSpare(long segment, long index) {
    return shard.listsSegments() && sweep.isSpare(segment, index);
  }

  /** Changes nothing once the cluster was recovered from the pool by another one. */
  private record NewestOnly(Pool pool) implements SegmentStore {
    private SegmentStore segments() {
      return pool.segments();
    }

    @Override
    public void put(SegmentId id, byte[] segment) {
      throw new UnsupportedOperationException("a sweep puts nothing");
    }

    @Override
    public boolean replace(SegmentId id, byte[] segment) {
      pool.checkNewest();
      return segments().replace(id, segment);
    }

    @Override
    public void delete(SegmentId id) {
      pool.checkNewest();
      segments().delete(id);
    }

    @Override
    public void sync() {}

    @Override
    public boolean contains(SegmentId id) {
      return segments().contains(id);
    }

    @Override
    public long length(SegmentId id) {
      return segments().length(id);
    }

    @Override
    public byte[] read(SegmentId id, long offset, int length) {
      return segments().read(id, offset, length);
    }

    @Override
    public void forget(SegmentId id) {
      segments().forget(id);
    }

    @Override
    public List<SegmentId> list(int shard) {
      return segments().list(shard);
    }

    @Override
    public void close() {}
  }
}
