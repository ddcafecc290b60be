package io.btrdb.shard;

import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StateStore;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Makes this replica's own store follow its {@link SegmentLedger}: deletes segments that are gone
 * and rewrites those of which blocks were removed. What the log frees is free in the state at once,
 * and alike on every replica; the bytes go later, when each replica can spare them: once no
 * checkpoint that it may restore is older than the entry that freed them, and no read is under way
 * that began before it. So a log that is replayed and a read that takes long find all they need,
 * without a word between replicas, and a crash in between only means that it is done again.
 *
 * <p>Threads: {@link #sweep} by one at a time, beside the apply thread.
 */
public final class SegmentSweep {
  /**
   * What a sweep did.
   *
   * @param deleted segments
   * @param rewritten segments
   * @param freedBytes of them
   * @param writtenBytes of new generations
   */
  public record Swept(int deleted, int rewritten, long freedBytes, long writtenBytes) {
    public static final Swept NOTHING = new Swept(0, 0, 0, 0);

    private Swept plus(Swept other) {
      return new Swept(
          deleted + other.deleted,
          rewritten + other.rewritten,
          freedBytes + other.freedBytes,
          writtenBytes + other.writtenBytes);
    }
  }

  /** Lets one thread at a time in, and a thread that is in again: a lock of the owner's. */
  public interface Exclusion {
    /** For a sweep that one thread uses alone. */
    Exclusion UNSHARED =
        new Exclusion() {
          @Override
          public <R> R alone(Supplier<R> work) {
            return work.get();
          }
        };

    <R> R alone(Supplier<R> work);
  }

  private final int shard;
  private final StateStore state;
  private final SegmentStore segments;

  /** By segment, the entry that freed something of it last. Guarded by {@link #exclusion}. */
  private final TreeMap<Long, Long> due = new TreeMap<>();

  /** Null while the store is not said to be this replica's own: then nothing is noted. */
  private Exclusion exclusion;

  SegmentSweep(int shard, StateStore state, SegmentStore segments) {
    this.shard = shard;
    this.state = state;
    this.segments = segments;
  }

  /**
   * Begins, with what an earlier life left: segments that the state at {@code index} does not name,
   * and such as it names in a later generation.
   */
  void begin(Exclusion lock, long index) {
    own(lock);
    for (SegmentId id : segments.list(shard)) {
      SegmentRecord record = record(id.number());
      if (record == null || record.generation() > 0) {
        due(id.number(), index);
      }
    }
  }

  /** Begins with nothing: the state does not name its segments yet. */
  void own(Exclusion lock) {
    exclusion = lock;
  }

  /** Segments that wait to be deleted or rewritten. */
  public int waiting() {
    return exclusion.alone(() -> due.size());
  }

  /** Whether the whole segment waits to be deleted, freed by an entry up to {@code index}. */
  public boolean isSpare(long segment, long index) {
    return exclusion.alone(() -> isDue(segment, index) && record(segment) == null);
  }

  /** The last entry that freed something that waits, -1 when nothing does. */
  public long lastDue() {
    return exclusion.alone(() -> due.values().stream().mapToLong(index -> index).max().orElse(-1));
  }

  /** The entry at {@code index} freed something of a segment. The state is written afterwards. */
  void due(long segment, long index) {
    if (exclusion != null) {
      exclusion.alone(() -> due.put(segment, index));
    }
  }

  /** The segment is about to be put, and then named by the state. */
  void wanted(long segment) {
    if (exclusion != null) {
      exclusion.alone(() -> due.remove(segment));
    }
  }

  /** What may be damaged in a segment that is to be rewritten, see {@link #sweep}. */
  public interface Damage {
    void found(CorruptBlockException damage);
  }

  /**
   * Deletes and rewrites segments.
   *
   * @param through what entries up to this index freed is to go: no checkpoint that may be restored
   *     is older, and no read under way began before
   * @param bytesMax stops once so many bytes were written
   * @param damage told of segments that cannot be rewritten because they are damaged; they stay due
   * @throws io.btrdb.storage.StorageException when the store fails
   */
  public Swept sweep(long through, long bytesMax, Damage damage) {
    Swept swept = Swept.NOTHING;
    Long next = firstDue(-1, through);
    while (next != null && swept.writtenBytes() < bytesMax) {
      try {
        swept = swept.plus(sweepOne(next, through));
      } catch (CorruptBlockException e) {
        damage.found(e);
      }
      next = firstDue(next, through);
    }
    return swept;
  }

  private Long firstDue(long after, long through) {
    return exclusion.alone(
        () ->
            due.tailMap(after, false).entrySet().stream()
                .filter(each -> each.getValue() <= through)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null));
  }

  private Swept sweepOne(long segment, long through) {
    SegmentId id = new SegmentId(shard, segment);
    SegmentRecord record = record(segment);
    if (record == null) {
      return delete(id, through);
    }
    if (!segments.contains(id) || SegmentRewriter.generation(segments, id) >= record.generation()) {
      return done(segment, through, Swept.NOTHING);
    }
    long length = segments.length(id);
    byte[] rewritten =
        SegmentRewriter.rewrite(
            id,
            segments.read(id, 0, (int) length),
            record.generation(),
            ordinal -> !record.removed().get(ordinal));
    return exclusion.alone(
        () -> {
          // An entry that freed more of it since is told here before it is seen in the state.
          if (!isDue(segment, through) || !segments.replace(id, rewritten)) {
            return Swept.NOTHING;
          }
          return done(
              segment, through, new Swept(0, 1, length - rewritten.length, rewritten.length));
        });
  }

  /** Alone, so that the segment cannot become wanted meanwhile. */
  private Swept delete(SegmentId id, long through) {
    return exclusion.alone(
        () -> {
          if (!isDue(id.number(), through) || record(id.number()) != null) {
            return Swept.NOTHING;
          }
          if (!segments.contains(id)) {
            return done(id.number(), through, Swept.NOTHING);
          }
          long length = segments.length(id);
          segments.delete(id);
          return done(id.number(), through, new Swept(1, 0, length, 0));
        });
  }

  private Swept done(long segment, long through, Swept what) {
    return exclusion.alone(
        () -> {
          if (isDue(segment, through)) {
            due.remove(segment);
          }
          return what;
        });
  }

  private boolean isDue(long segment, long through) {
    Long index = due.get(segment);
    return index != null && index <= through;
  }

  private SegmentRecord record(long segment) {
    byte[] value = state.get(StateKeys.segment(segment));
    return value == null ? null : SegmentRecord.decode(value);
  }
}
