package io.btrdb.storage.ceph;

import io.btrdb.storage.ObjectPool;
import java.util.List;
import java.util.Optional;

/**
 * Small objects in a RADOS pool, each one RADOS object:
 *
 * <pre>{@code
 * object := cluster "/o/" name
 * }</pre>
 *
 * A version is the one that RADOS gives each write of an object; it only grows, also when the
 * object was deleted between.
 */
final class CephObjectPool implements ObjectPool {
  /** Most objects are smaller, and read at the first attempt. */
  private static final int FIRST_READ_BYTES = 64 * 1024;

  private final PoolIo pool;
  private final String prefix;
  private volatile boolean closed;

  CephObjectPool(PoolIo pool, String cluster) {
    this.pool = pool;
    this.prefix = ObjectPool.checkName(cluster) + "/o/";
  }

  @Override
  public boolean create(String name, byte[] content) {
    return write(name, content, PoolIo.Condition.ABSENT).good();
  }

  @Override
  public void replace(String name, byte[] content) {
    write(name, content, PoolIo.Condition.NONE);
  }

  @Override
  public boolean replace(String name, long expectedVersion, byte[] content) {
    // RADOS refuses to compare with 0, which no object has.
    return expectedVersion > 0
        && write(name, content, PoolIo.Condition.version(expectedVersion)).good();
  }

  private PoolIo.Answer<Boolean> write(String name, byte[] content, PoolIo.Condition condition) {
    ObjectPool.checkContent(content);
    return pool.write(object(name), content, 0, content.length, condition).join();
  }

  @Override
  public Optional<Stored> read(String name) {
    String object = object(name);
    int length = FIRST_READ_BYTES;
    while (true) {
      PoolIo.Answer<PoolIo.Piece> answer = pool.read(object, 0, length).join();
      if (!answer.good()) {
        return Optional.empty();
      }
      PoolIo.Piece piece = answer.value();
      if (piece.bytes().length < length) {
        return Optional.of(new Stored(piece.version(), piece.bytes()));
      }
      // There is more. One call must read all of it, or it would be of two versions.
      PoolIo.Answer<Long> known = pool.length(object).join();
      if (!known.good()) {
        return Optional.empty();
      }
      length = Math.max(length, Math.toIntExact(known.value())) + 1;
    }
  }

  @Override
  public List<String> list(String namePrefix) {
    checkOpen();
    return pool.list(prefix + namePrefix).stream()
        .map(object -> object.substring(prefix.length()))
        .sorted()
        .toList();
  }

  @Override
  public void delete(String name) {
    pool.remove(object(name)).join();
  }

  @Override
  public void close() {
    closed = true;
  }

  private String object(String name) {
    checkOpen();
    return prefix + ObjectPool.checkName(name);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("object pool is closed");
    }
  }
}
