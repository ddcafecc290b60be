package io.btrdb.storage;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Objects in memory, for tests and simulations. Any thread may use it. */
public final class InMemoryObjectPool implements ObjectPool {
  private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final AtomicLong versions = new AtomicLong();
  private volatile boolean closed;

  @Override
  public boolean create(String name, byte[] content) {
    checkOpen();
    return objects.putIfAbsent(ObjectPool.checkName(name), next(content)) == null;
  }

  @Override
  public void replace(String name, byte[] content) {
    checkOpen();
    objects.put(ObjectPool.checkName(name), next(content));
  }

  @Override
  public boolean replace(String name, long expectedVersion, byte[] content) {
    checkOpen();
    Stored next = next(content);
    return objects.computeIfPresent(
            ObjectPool.checkName(name),
            (key, stored) -> stored.version() == expectedVersion ? next : stored)
        == next;
  }

  @Override
  public Optional<Stored> read(String name) {
    checkOpen();
    return Optional.ofNullable(objects.get(ObjectPool.checkName(name)))
        .map(stored -> new Stored(stored.version(), stored.content().clone()));
  }

  @Override
  public List<String> list(String prefix) {
    checkOpen();
    return objects.tailMap(prefix).keySet().stream()
        .takeWhile(name -> name.startsWith(prefix))
        .toList();
  }

  @Override
  public void delete(String name) {
    checkOpen();
    objects.remove(ObjectPool.checkName(name));
  }

  @Override
  public void close() {
    closed = true;
  }

  private Stored next(byte[] content) {
    return new Stored(versions.incrementAndGet(), ObjectPool.checkContent(content).clone());
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("object pool is closed");
    }
  }
}
