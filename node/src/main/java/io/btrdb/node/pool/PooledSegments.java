package io.btrdb.node.pool;

import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The segments of a cluster in a shared pool. They are written by the leader of a shard, under a
 * name that has its term in it, and by nobody else; each lies with the incarnation of the cluster
 * that wrote it, which the term tells. Thread-safe.
 */
public final class PooledSegments implements SegmentStore {
  private final PoolCalls calls;
  private final List<Incarnation> newestFirst;

  /** By number of the incarnation; guarded by itself. */
  private final Map<Integer, SegmentStore> stores = new HashMap<>();

  PooledSegments(PoolCalls calls, List<Incarnation> newestFirst) {
    this.calls = calls;
    this.newestFirst = List.copyOf(newestFirst);
  }

  private Incarnation incarnationOf(SegmentId id) {
    return newestFirst.stream()
        .filter(one -> one.owns(id.shard(), id.term()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no incarnation has segment " + id));
  }

  private SegmentStore store(PoolAccess access, Incarnation incarnation) {
    synchronized (stores) {
      return stores.computeIfAbsent(
          incarnation.number(), number -> access.segments(PoolNames.segments(number)));
    }
  }

  private <T> T read(String what, SegmentId id, BiFunction<SegmentStore, SegmentId, T> work) {
    Incarnation owner = incarnationOf(id);
    return calls.read(
        what + " segment " + id + " of the pool", access -> work.apply(store(access, owner), id));
  }

  /**
   * Stores a segment for good: it is in the pool when this returns.
   *
   * @throws io.btrdb.storage.StorageException when it is not known whether it is: put it again
   */
  @Override
  public void put(SegmentId id, byte[] segment) {
    Incarnation owner = incarnationOf(id);
    if (owner != newestFirst.getFirst()) {
      throw new IllegalArgumentException("segment " + id + " would be an earlier incarnation's");
    }
    calls.write(
        "putting segment " + id + " into the pool",
        access -> {
          SegmentStore store = store(access, owner);
          store.put(id, segment);
          store.sync();
          return null;
        });
  }

  /**
   * Puts a later generation in the place of a segment.
   *
   * @throws io.btrdb.storage.StorageException when it is not known whether it is there: try again
   */
  @Override
  public boolean replace(SegmentId id, byte[] segment) {
    Incarnation owner = incarnationOf(id);
    return calls.write(
        "rewriting segment " + id + " in the pool",
        access -> store(access, owner).replace(id, segment));
  }

  /** Nothing to do: what was put is there. */
  @Override
  public void sync() {}

  @Override
  public boolean contains(SegmentId id) {
    return read("looking for", id, SegmentStore::contains);
  }

  @Override
  public long length(SegmentId id) {
    return read("measuring", id, SegmentStore::length);
  }

  @Override
  public byte[] read(SegmentId id, long offset, int length) {
    return read("reading", id, (store, segment) -> store.read(segment, offset, length));
  }

  /**
   * For {@link OrphanSweep}, {@link PoolSweep} and whoever else makes sure first that nothing needs
   * the segment.
   */
  @Override
  public void delete(SegmentId id) {
    Incarnation owner = incarnationOf(id);
    calls.write(
        "deleting segment " + id + " from the pool",
        access -> {
          SegmentStore store = store(access, owner);
          store.delete(id);
          store.sync();
          return null;
        });
  }

  /** Asks nobody: a store that was never opened keeps nothing. */
  @Override
  public void forget(SegmentId id) {
    SegmentStore store;
    synchronized (stores) {
      store = stores.get(incarnationOf(id).number());
    }
    if (store != null) {
      store.forget(id);
    }
  }

  /** Those of all incarnations. */
  @Override
  public List<SegmentId> list(int shard) {
    List<SegmentId> all = new ArrayList<>();
    for (Incarnation incarnation : newestFirst) {
      for (SegmentId id : list(incarnation, shard)) {
        // A leader of an earlier incarnation may have gone on after its cluster was recovered.
        if (incarnationOf(id) == incarnation) {
          all.add(id);
        }
      }
    }
    all.sort(null);
    return all;
  }

  /** Those that this incarnation of the cluster wrote. */
  List<SegmentId> own(int shard) {
    return list(newestFirst.getFirst(), shard);
  }

  private List<SegmentId> list(Incarnation incarnation, int shard) {
    return calls.write(
        "listing the pool's segments of shard " + shard,
        access -> store(access, incarnation).list(shard));
  }

  @Override
  public void close() {
    synchronized (stores) {
      stores.values().forEach(SegmentStore::close);
      stores.clear();
    }
  }
}
