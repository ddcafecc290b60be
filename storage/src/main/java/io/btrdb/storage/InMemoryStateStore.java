package io.btrdb.storage;

import java.util.Objects;

/**
 * A {@link StateStore} in memory. Reads and scans see the last complete batch; a snapshot costs a
 * reference.
 *
 * <p>Threads: one writer; any thread may read.
 */
public final class InMemoryStateStore implements StateStore {
  /** What a retired store holds; its owner replaced it. */
  private static final PersistentSortedMap RETIRED = null;

  private volatile PersistentSortedMap map;

  public InMemoryStateStore() {
    this(PersistentSortedMap.EMPTY);
  }

  InMemoryStateStore(PersistentSortedMap map) {
    this.map = map;
  }

  @Override
  public byte[] get(byte[] key) {
    byte[] value = snapshot().get(key);
    return value == null ? null : value.clone();
  }

  @Override
  public StateCursor scan(byte[] from, byte[] to) {
    Objects.requireNonNull(from, "from");
    return new Cursor(snapshot().walk(from, to));
  }

  @Override
  public void write(StateBatch batch) {
    PersistentSortedMap next = snapshot();
    for (StateBatch.Change change : batch.changes()) {
      next =
          change.value() == null
              ? next.remove(change.key())
              : next.put(change.key().clone(), change.value().clone());
    }
    map = next;
  }

  /** The state as it is now. */
  PersistentSortedMap snapshot() {
    PersistentSortedMap now = map;
    if (now == RETIRED) {
      throw new IllegalStateException("this state was discarded, its vault was restored or closed");
    }
    return now;
  }

  /** Makes every further use an error. */
  void retire() {
    map = RETIRED;
  }

  private static final class Cursor implements StateCursor {
    private PersistentSortedMap.Walk walk;

    private Cursor(PersistentSortedMap.Walk walk) {
      this.walk = walk;
    }

    @Override
    public boolean next() {
      return open().next();
    }

    @Override
    public byte[] key() {
      return open().key().clone();
    }

    @Override
    public byte[] value() {
      return open().value().clone();
    }

    @Override
    public void close() {
      walk = null;
    }

    private PersistentSortedMap.Walk open() {
      if (walk == null) {
        throw new IllegalStateException("cursor is closed");
      }
      return walk;
    }
  }
}
