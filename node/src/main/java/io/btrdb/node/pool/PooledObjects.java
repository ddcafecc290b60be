package io.btrdb.node.pool;

import io.btrdb.storage.ObjectPool;
import java.util.List;
import java.util.Optional;

/** The pool's small objects, as {@link PoolCalls} gets at them. Thread-safe. */
final class PooledObjects implements ObjectPool {
  private final PoolCalls calls;

  PooledObjects(PoolCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean create(String name, byte[] content) {
    return calls.write("creating " + name, access -> access.objects().create(name, content));
  }

  @Override
  public void replace(String name, byte[] content) {
    calls.write(
        "writing " + name,
        access -> {
          access.objects().replace(name, content);
          return null;
        });
  }

  @Override
  public boolean replace(String name, long expectedVersion, byte[] content) {
    return calls.write(
        "replacing " + name, access -> access.objects().replace(name, expectedVersion, content));
  }

  @Override
  public Optional<Stored> read(String name) {
    return calls.probe("reading " + name, access -> access.objects().read(name));
  }

  @Override
  public List<String> list(String prefix) {
    return calls.write("listing " + prefix, access -> access.objects().list(prefix));
  }

  @Override
  public void delete(String name) {
    calls.write(
        "deleting " + name,
        access -> {
          access.objects().delete(name);
          return null;
        });
  }

  /** The connection is closed with the calls. */
  @Override
  public void close() {}
}
