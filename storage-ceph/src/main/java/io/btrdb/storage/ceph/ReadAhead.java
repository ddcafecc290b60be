package io.btrdb.storage.ceph;

import io.btrdb.storage.SegmentId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads segments in runs of chunks and keeps them, within a budget of heap bytes. A block has a few
 * kilobytes and a call to the pool costs as much as some hundred kilobytes, so:
 *
 * <ul>
 *   <li>a first read brings the chunk of 64 KiB around what was asked for;
 *   <li>one at the end of a segment brings the chunk before it too: directory, root and upper nodes
 *       lie there, so that going down through a segment begins with one call;
 *   <li>one that goes on where the last run ended brings twice as much, up to 1 MiB, and the next
 *       run is asked for when the first read meets this one: a scan waits for the pool only at its
 *       beginning.
 * </ul>
 *
 * What is kept are bytes as the pool has them; blocks are checked by who reads them, every time.
 * Any thread may use it; nobody waits for the pool while holding the lock.
 */
final class ReadAhead {
  static final int CHUNK_BYTES = 64 * 1024;

  static final int RUN_CHUNKS_MAX = 16;

  /** A read of this much is for a copy of a segment, which nobody reads again. */
  private static final int DIRECT_BYTES = 8 * CHUNK_BYTES;

  private static final int STRIDES_MAX = 1_024;

  /** Where the bytes come from. */
  interface Source {
    byte[] read(SegmentId id, long offset, int length);

    /** Starts a read within one part, unless there is no room for it now. */
    Optional<CompletableFuture<byte[]>> readLater(SegmentId id, long offset, int length);
  }

  /** Chunks [first, end) of a segment; compared by identity. */
  private static final class Run {
    private final SegmentId id;
    private final int first;
    private final int end;
    private final boolean sequential;

    /** Null when it could not be read ahead: read it yourself. */
    private final CompletableFuture<byte[]> bytes = new CompletableFuture<>();

    /** Whether the next run was asked for. Guarded by the lock. */
    private boolean followed;

    private Run(SegmentId id, int first, int end, boolean sequential) {
      this.id = id;
      this.first = first;
      this.end = end;
      this.sequential = sequential;
    }

    private long start() {
      return (long) first * CHUNK_BYTES;
    }

    private int length(long whole) {
      return (int) (Math.min((long) end * CHUNK_BYTES, whole) - start());
    }

    private long heapBytes() {
      return (long) (end - first) * CHUNK_BYTES;
    }
  }

  private final Source source;
  private final int partChunks;
  private final long budgetBytes;
  private final ReentrantLock lock = new ReentrantLock();

  /** Each run under each of its chunks. This and what follows is guarded by {@link #lock}. */
  private final Map<SegmentId, TreeMap<Integer, Run>> chunks = new HashMap<>();

  /** Least recently used first. */
  private final LinkedHashMap<Run, Boolean> uses = new LinkedHashMap<>(16, 0.75f, true);

  /** The last run of the segments that were read last. */
  private final LinkedHashMap<SegmentId, Run> strides = new LinkedHashMap<>(16, 0.75f, true);

  private long keptBytes;

  /**
   * @param partBytes where a segment's parts begin: a read ahead ends there; a multiple of a chunk
   * @param budgetBytes 0 to keep nothing and read exactly what is asked for
   */
  ReadAhead(Source source, int partBytes, long budgetBytes) {
    this.source = source;
    this.partChunks = partBytes / CHUNK_BYTES;
    this.budgetBytes = budgetBytes;
  }

  /**
   * Bytes of a segment that has all of them.
   *
   * @param whole the segment's length
   */
  byte[] read(SegmentId id, long offset, int length, long whole) {
    if (budgetBytes == 0 || length == 0 || length >= DIRECT_BYTES) {
      return source.read(id, offset, length);
    }
    byte[] target = new byte[length];
    int filled = 0;
    while (filled < length) {
      int chunk = (int) ((offset + filled) / CHUNK_BYTES);
      Run run = run(id, chunk, whole);
      byte[] bytes = bytes(run);
      if (bytes != null) {
        int from = (int) (offset + filled - run.start());
        int count = Math.min(bytes.length - from, length - filled);
        System.arraycopy(bytes, from, target, filled, count);
        filled += count;
      }
    }
    return target;
  }

  /** Drops what is kept of a segment. */
  void forget(SegmentId id) {
    lock.lock();
    try {
      strides.remove(id);
      TreeMap<Integer, Run> known = chunks.get(id);
      if (known != null) {
        Map.copyOf(known).values().forEach(this::remove);
      }
    } finally {
      lock.unlock();
    }
  }

  private Run run(SegmentId id, int chunk, long whole) {
    Run run;
    boolean mine = false;
    Optional<Run> next;
    lock.lock();
    try {
      run = find(id, chunk);
      if (run == null) {
        mine = true;
        run = add(plan(id, chunk, lastChunk(whole)));
      }
      uses.get(run);
      next = follow(run, lastChunk(whole));
      evict(run);
    } finally {
      lock.unlock();
    }
    if (next.isPresent()) {
      loadAhead(next.get(), whole);
    }
    if (mine) {
      load(run, whole);
    }
    return run;
  }

  private static byte[] bytes(Run run) {
    try {
      return run.bytes.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void load(Run run, long whole) {
    try {
      run.bytes.complete(source.read(run.id, run.start(), run.length(whole)));
    } catch (Throwable e) {
      fail(run, e);
      throw e;
    }
  }

  private void loadAhead(Run run, long whole) {
    try {
      source
          .readLater(run.id, run.start(), run.length(whole))
          .orElseGet(() -> CompletableFuture.completedFuture(null))
          .whenComplete(
              (bytes, failure) -> {
                if (bytes != null) {
                  run.bytes.complete(bytes);
                } else {
                  fail(run, failure);
                }
              });
    } catch (RuntimeException e) {
      // Not what was asked for: who needs it will ask, and hear of it then.
      fail(run, null);
    }
  }

  /**
   * Forgets a run that has no bytes.
   *
   * @param failure null when it was not even tried
   */
  private void fail(Run run, Throwable failure) {
    lock.lock();
    try {
      remove(run);
    } finally {
      lock.unlock();
    }
    if (failure == null) {
      run.bytes.complete(null);
    } else {
      run.bytes.completeExceptionally(
          failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
    }
  }

  /** The run to read for a chunk that is not kept. */
  private Run plan(SegmentId id, int chunk, int last) {
    Run before = strides.get(id);
    if (before != null && before.end == chunk) {
      return after(before, last);
    }
    if (chunk == last && chunk > 0 && find(id, chunk - 1) == null) {
      return new Run(id, chunk - 1, chunk + 1, false);
    }
    if (chunk == last - 1 && find(id, last) == null) {
      return new Run(id, chunk, last + 1, false);
    }
    return new Run(id, chunk, chunk + 1, false);
  }

  private Run after(Run run, int last) {
    int end = run.end + Math.min(RUN_CHUNKS_MAX, 2 * (run.end - run.first));
    end = Math.min(end, last + 1);
    end = Math.min(end, (run.end / partChunks + 1) * partChunks);
    Integer known = chunks.getOrDefault(run.id, new TreeMap<>()).ceilingKey(run.end);
    return new Run(run.id, run.end, known == null ? end : Math.min(end, known), true);
  }

  /** The run to read ahead when this one is met, the first time. */
  private Optional<Run> follow(Run run, int last) {
    if (!run.sequential || run.followed || run.end > last || find(run.id, run.end) != null) {
      return Optional.empty();
    }
    run.followed = true;
    return Optional.of(add(after(run, last)));
  }

  private Run find(SegmentId id, int chunk) {
    TreeMap<Integer, Run> known = chunks.get(id);
    return known == null ? null : known.get(chunk);
  }

  private Run add(Run run) {
    TreeMap<Integer, Run> known = chunks.computeIfAbsent(run.id, id -> new TreeMap<>());
    for (int chunk = run.first; chunk < run.end; chunk++) {
      known.put(chunk, run);
    }
    uses.put(run, true);
    keptBytes += run.heapBytes();
    strides.put(run.id, run);
    if (strides.size() > STRIDES_MAX) {
      strides.remove(strides.keySet().iterator().next());
    }
    return run;
  }

  private void remove(Run run) {
    if (uses.remove(run) == null) {
      return;
    }
    keptBytes -= run.heapBytes();
    TreeMap<Integer, Run> known = chunks.get(run.id);
    for (int chunk = run.first; chunk < run.end; chunk++) {
      known.remove(chunk);
    }
    if (known.isEmpty()) {
      chunks.remove(run.id);
    }
  }

  /** Goes back to the budget, but keeps the run that is being read. */
  private void evict(Run current) {
    while (keptBytes > budgetBytes && uses.size() > 1) {
      Run eldest = uses.keySet().iterator().next();
      if (eldest == current) {
        return;
      }
      remove(eldest);
    }
  }

  private static int lastChunk(long whole) {
    return (int) ((whole - 1) / CHUNK_BYTES);
  }
}
