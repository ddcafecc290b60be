package io.btrdb.node;

import io.btrdb.node.pool.PoolAccess;
import io.btrdb.storage.InMemoryObjectPool;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StorageException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A pool that the nodes of this process share. It can be gone, and it outlives them all. */
final class MemoryPool implements PoolAccess.Opener {
  final ObjectPool objects = new InMemoryObjectPool();
  private final Map<String, InMemorySegmentStore> segments = new ConcurrentHashMap<>();
  private final AtomicLong bytesPut = new AtomicLong();
  private volatile boolean gone;

  void gone(boolean isGone) {
    gone = isGone;
  }

  /** The segments of an incarnation of a cluster. */
  InMemorySegmentStore segments(String prefix) {
    return segments.computeIfAbsent(prefix, name -> new InMemorySegmentStore());
  }

  List<SegmentId> list(int shard) {
    return segments.values().stream().flatMap(store -> store.list(shard).stream()).toList();
  }

  /** Whether a state of the catalog has been archived. */
  boolean hasCatalog() {
    return objects.list("").stream().anyMatch(name -> name.endsWith("/manifest/catalog"));
  }

  /** Pages of the catalog's journal that there are. */
  long journalPages() {
    return objects.list("").stream().filter(name -> name.contains("/journal/")).count();
  }

  /** Of all segments that there are. */
  long bytes(int shard) {
    return segments.values().stream()
        .flatMapToLong(store -> store.list(shard).stream().mapToLong(store::length))
        .sum();
  }

  long bytesPut() {
    return bytesPut.get();
  }

  @Override
  public PoolAccess open(String cluster) {
    checkThere();
    return new PoolAccess() {
      @Override
      public ObjectPool objects() {
        return guarded(ObjectPool.class, objects);
      }

      @Override
      public SegmentStore segments(String prefix) {
        return guarded(SegmentStore.class, MemoryPool.this.segments(prefix));
      }

      @Override
      public void close() {}
    };
  }

  private void checkThere() {
    if (gone) {
      throw new StorageException("the pool was taken away by the test");
    }
  }

  /** Refuses every call while the pool is gone, and leaves the shared store open. */
  private <T> T guarded(Class<T> role, T target) {
    return role.cast(
        Proxy.newProxyInstance(
            role.getClassLoader(),
            new Class<?>[] {role},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              checkThere();
              if (method.getName().equals("put")) {
                bytesPut.addAndGet(((byte[]) arguments[1]).length);
              }
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
