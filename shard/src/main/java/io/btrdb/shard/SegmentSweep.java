package io.btrdb.shard;

import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentRewriter;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StateStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes a store follow the {@link SegmentLedger}: deletes segments that are gone and rewrites those
 * of which blocks were removed. What the log frees is free in the state at once, and alike on every
 * replica; the bytes go later, when they can be spared: once no checkpoint that may be restored is
 * older than the entry that freed them, and no read is under way that began before it. So a log
 * that is replayed and a read that takes long find all they need, and a crash in between only means
 * that it is done again.
 *
 * <p>A replica sweeps the store that is its own, without a word to the others. A store that all
 * replicas share is swept by a leader, who must know of all checkpoints and all reads. The others
 * note what is freed, too, and {@link #forget} it: who leads next begins with {@link #takeUp}.
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

  /** Segments of a shared store in one sweep. */
  private static final int SHARED_SEGMENTS_MAX = 64;

  private final int shard;
  private final StateStore state;
  private final SegmentStore segments;
  private final boolean shared;
  private final Exclusion exclusion;

  /** By segment, the entry that freed something of it last. Guarded by {@link #exclusion}. */
  private final TreeMap<Long, Long> due = new TreeMap<>();

  /**
   * @param shared whether the store is all replicas', and a leader's to sweep: in it a segment that
   *     waits never becomes wanted again
   */
  SegmentSweep(
      int shard, StateStore state, SegmentStore segments, boolean shared, Exclusion exclusion) {
    this.shard = shard;
    this.state = state;
    this.segments = segments;
    this.shared = shared;
    this.exclusion = exclusion;
  }

  /**
   * Begins, with what an earlier life left: segments that the state at {@code index} does not name,
   * and such as it names in a later generation.
   */
  void begin(long index) {
    segments.list(shard).stream().filter(this::isBehind).forEach(id -> due(id.number(), index));
  }

  /** Whether the state says something of a segment that the store may not have followed yet. */
  private boolean isBehind(SegmentId id) {
    SegmentRecord record = record(id.number());
    return record == null || record.generation() > 0;
  }

  /**
   * Takes up what the store has and nobody has noted here, as a leader. To be called only when the
   * state lists its segments.
   *
   * @param there segments that the store holds, or held a moment ago, and of which no Commit will
   *     be applied any more: what the state does not name now it never will. Those of terms below
   *     this leader's, once it has applied its own term's first entry, and of its own those that
   *     are {@link Shard#isPast past}
   * @param applied index of the last entry applied; asked for after the state was looked at
   */
  public void takeUp(Collection<SegmentId> there, LongSupplier applied) {
    List<SegmentId> behind = there.stream().filter(this::isBehind).toList();
    // What is being applied just now was noted before the state said so.
    long index = applied.getAsLong();
    exclusion.alone(
        () -> {
          behind.forEach(id -> due.putIfAbsent(id.number(), index));
          return due.size();
        });
  }

  /** Drops what entries up to this one freed, on a replica that does not sweep the shared store. */
  public void forget(long through) {
    exclusion.alone(() -> due.values().removeIf(index -> index <= through));
  }

  /** Segments that wait to be deleted or rewritten. */
  public int waiting() {
    return exclusion.alone(() -> due.size());
  }

  /**
   * Whether the state at {@code index}, which a checkpoint holds, needs nothing of a segment that
   * is still in the store: then it may be deleted at any time.
   */
  public boolean isSpare(long segment, long index) {
    return exclusion.alone(
        () ->
            record(segment) == null
                && (shared ? due.getOrDefault(segment, -1L) <= index : isDue(segment, index)));
  }

  /** The last entry that freed something that waits, -1 when nothing does. */
  public long lastDue() {
    return exclusion.alone(() -> due.values().stream().mapToLong(index -> index).max().orElse(-1));
  }

  /** The entry at {@code index} freed something of a segment. The state is written afterwards. */
  void due(long segment, long index) {
    exclusion.alone(() -> due.put(segment, index));
  }

  /** The segment is about to be put, and then named by the state. */
  void wanted(long segment) {
    exclusion.alone(() -> due.remove(segment));
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
   * @param bytesMax stops once so many bytes were written; in a shared store, where each step takes
   *     long, also after some segments
   * @param damage told of segments that cannot be rewritten because they are damaged; they stay due
   * @throws io.btrdb.storage.StorageException when the store fails
   */
  public Swept sweep(long through, long bytesMax, Damage damage) {
    Swept swept = Swept.NOTHING;
    Long next = firstDue(-1, through);
    int segmentsMax = shared ? SHARED_SEGMENTS_MAX : Integer.MAX_VALUE;
    for (int i = 0; next != null && i < segmentsMax && swept.writtenBytes() < bytesMax; i++) {
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
    // In a shared store another leader may have rewritten it.
    segments.forget(id);
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
    return changing(
        () -> {
          // An entry that freed more of it since is told here before it is seen in the state.
          if (!isDue(segment, through)) {
            return Swept.NOTHING;
          }
          // Else it stays as it was put, until all of it can go.
          boolean replaced = segments.replace(id, rewritten);
          return done(
              segment,
              through,
              replaced
                  ? new Swept(0, 1, length - rewritten.length, rewritten.length)
                  : Swept.NOTHING);
        });
  }

  /**
   * Changes the store: its own alone, so that the segment cannot become wanted meanwhile. What
   * waits in a shared one cannot, and the apply thread must not wait for a pool.
   */
  private Swept changing(Supplier<Swept> work) {
    return shared ? work.get() : exclusion.alone(work);
  }

  private Swept delete(SegmentId id, long through) {
    return changing(
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
    return exclusion.alone(() -> due.getOrDefault(segment, Long.MAX_VALUE) <= through);
  }

  private SegmentRecord record(long segment) {
    byte[] value = state.get(StateKeys.segment(segment));
    return value == null ? null : SegmentRecord.decode(value);
  }
}
