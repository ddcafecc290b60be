package io.btrdb.node.pool;

import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.local.LocalSegmentStore;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Where the segments of a node's shards are: on its own disk, and in the pool if the cluster has
 * one. A segment is taken from the disk when it is there. What came through the log is put on the
 * disk; what leaders put into the pool is everybody's and is not put here.
 *
 * <p>The two together are one store to read from; {@link #put}, {@link #replace}, {@link #sync} and
 * {@link #delete} are of the disk alone. Thread-safe.
 */
public final class NodeSegments implements SegmentStore {
  private final LocalSegmentStore disk;
  private final Optional<Pool> pool;
  private final boolean pooled;

  /**
   * @param disk closed with this
   * @param pool closed with this
   * @param pooled whether new segments go into the pool
   */
  public NodeSegments(LocalSegmentStore disk, Optional<Pool> pool, boolean pooled) {
    if (pooled && pool.isEmpty()) {
      throw new IllegalArgumentException("new segments are to go into a pool that there is not");
    }
    this.disk = disk;
    this.pool = pool;
    this.pooled = pooled;
  }

  public LocalSegmentStore disk() {
    return disk;
  }

  public Optional<Pool> pool() {
    return pool;
  }

  /** The pool, if the segments that this node makes as a leader go there instead of the log. */
  public Optional<Pool> destination() {
    return pool.filter(present -> pooled);
  }

  /** Asks the disk if it has the segment, else the pool: it may be moved from one to the other. */
  private <T> T ask(SegmentId id, Function<SegmentStore, T> question) {
    if (pool.isPresent()) {
      try {
        if (!disk.contains(id)) {
          return question.apply(pool.get().segments());
        }
        return question.apply(disk);
      } catch (MissingSegmentException e) {
        return question.apply(disk.contains(id) ? disk : pool.get().segments());
      }
    }
    return question.apply(disk);
  }

  @Override
  public void put(SegmentId id, byte[] segment) {
    disk.put(id, segment);
  }

  @Override
  public boolean replace(SegmentId id, byte[] segment) {
    return disk.replace(id, segment);
  }

  @Override
  public void sync() {
    disk.sync();
  }

  @Override
  public boolean contains(SegmentId id) {
    return ask(id, store -> store.contains(id));
  }

  @Override
  public long length(SegmentId id) {
    return ask(id, store -> store.length(id));
  }

  @Override
  public byte[] read(SegmentId id, long offset, int length) {
    return ask(id, store -> store.read(id, offset, length));
  }

  @Override
  public void delete(SegmentId id) {
    disk.delete(id);
  }

  @Override
  public void forget(SegmentId id) {
    disk.forget(id);
    pool.ifPresent(present -> present.segments().forget(id));
  }

  /** Those on the disk and those in the pool. */
  @Override
  public List<SegmentId> list(int shard) {
    if (pool.isEmpty()) {
      return disk.list(shard);
    }
    TreeSet<SegmentId> all = new TreeSet<>(disk.list(shard));
    all.addAll(pool.get().segments().list(shard));
    return List.copyOf(all);
  }

  @Override
  public void close() {
    disk.close();
    pool.ifPresent(Pool::close);
  }
}
