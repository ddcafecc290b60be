package io.btrdb.node.pool;

import io.btrdb.shard.Shard;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.SegmentVerifier;
import io.btrdb.storage.StorageException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves segments to where the settings say that they are to be, while the cluster serves: from the
 * nodes' disks into the pool, or back.
 *
 * <p>A node asks its disk before the pool, so nobody has to agree on anything. On the way in a
 * shard's leader copies what it has, verified, and each replica deletes what it finds in the pool.
 * On the way out each replica copies what its versions need; nothing is deleted from the pool. Both
 * may be interrupted and turned round at any time. One thread; the count may be asked for from any.
 */
final class SegmentMoves {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentMoves.class);

  /** Reading all roots of a shard takes at most one part in so many of the time. */
  private static final int REST_PER_SCAN = 50;

  private final NodeSegments segments;
  private final SegmentStore pool;
  private final double nanosPerByte;
  private final Map<Integer, Integer> left = new ConcurrentHashMap<>();

  /** When each shard's roots are to be read again to see what they need. */
  private final Map<Integer, Long> nextScanNanos = new HashMap<>();

  /**
   * @param bytesPerSecond copied at most so fast; 0: no limit
   */
  SegmentMoves(NodeSegments segments, long bytesPerSecond) {
    this.segments = segments;
    this.pool = segments.pool().orElseThrow().segments();
    this.nanosPerByte = bytesPerSecond == 0 ? 0 : 1e9 / bytesPerSecond;
  }

  /** Segments of a shard's replica that are not yet where they are to be. */
  int left(int shard) {
    return left.getOrDefault(shard, 0);
  }

  /**
   * Moves what there is to move of one shard.
   *
   * @param leads whether this node leads it
   * @throws StorageException when disk or pool fails; call again
   */
  void round(Shard shard, boolean leads) throws InterruptedException {
    int before = left(shard.id());
    int now = segments.destination().isPresent() ? in(shard, leads) : out(shard);
    left.put(shard.id(), now);
    if (before > 0 && now == 0) {
      LOG.info("shard {}: all segments are where they are to be", shard.id());
    }
  }

  private int in(Shard shard, boolean leads) throws InterruptedException {
    int rest = 0;
    // What the state does not name is swept from the disk, and must not appear in the pool again.
    List<SegmentId> onDisk =
        segments.disk().list(shard.id()).stream().filter(id -> shard.needs(id.number())).toList();
    left.put(shard.id(), onDisk.size());
    for (SegmentId id : onDisk) {
      if (leads && !pool.contains(id) && !upload(id)) {
        rest++;
      } else if (!serves(pool, segments.disk(), id)) {
        rest++;
      } else {
        segments.disk().delete(id);
      }
    }
    return rest;
  }

  /**
   * Whether the pool has a copy that serves as well as the disk's: a whole segment, which was
   * verified when it was put there. It may be of another generation, as each replica rewrites its
   * own copy when it can spare the blocks, and those that the pool's lacks nobody needs any more.
   * Of the same generation copies are equal.
   */
  static boolean serves(SegmentStore pool, SegmentStore disk, SegmentId id) {
    try {
      SegmentReader there = SegmentReader.open(pool, id);
      SegmentReader here = SegmentReader.open(disk, id);
      return there.generation() != here.generation()
          || pool.length(id) == disk.length(id) && Arrays.equals(there.footer(), here.footer());
    } catch (MissingSegmentException e) {
      return false;
    } catch (CorruptBlockException e) {
      LOG.warn("a copy of segment {} is damaged, so it is not moved: {}", id, e.getMessage());
      return false;
    }
  }

  private boolean upload(SegmentId id) throws InterruptedException {
    try {
      byte[] bytes = verified(segments.disk(), id);
      pool.put(id, bytes);
      pace(bytes.length);
      return true;
    } catch (CorruptBlockException | MissingSegmentException e) {
      // The scrub, or a read, will have it replaced by another replica's copy.
      LOG.warn("segment {} is not moved into the pool: {}", id, e.getMessage());
      return false;
    }
  }

  private int out(Shard shard) throws InterruptedException {
    long begun = System.nanoTime();
    if (begun - nextScanNanos.getOrDefault(shard.id(), begun) < 0) {
      return left(shard.id());
    }
    int rest = 0;
    var needed = shard.segments();
    long scanNanos = System.nanoTime() - begun;
    nextScanNanos.put(shard.id(), begun + scanNanos * REST_PER_SCAN);
    needed.removeIf(number -> segments.disk().contains(new SegmentId(shard.id(), number)));
    left.put(shard.id(), needed.size());
    for (long number : needed) {
      SegmentId id = new SegmentId(shard.id(), number);
      try {
        byte[] bytes = verified(pool, id);
        segments.disk().put(id, bytes);
        pace(bytes.length);
      } catch (CorruptBlockException | MissingSegmentException e) {
        LOG.error("segment {} cannot be moved out of the pool: {}", id, e.getMessage());
        rest++;
      }
    }
    if (!needed.isEmpty()) {
      segments.disk().sync();
    }
    return rest;
  }

  private static byte[] verified(SegmentStore store, SegmentId id) {
    byte[] bytes = store.read(id, 0, Math.toIntExact(store.length(id)));
    SegmentVerifier.verify(id, bytes);
    return bytes;
  }

  private void pace(int bytes) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep((long) (bytes * nanosPerByte));
  }
}
