package io.btrdb.storage;

/**
 * The ordered key-value state of one replica: keys are byte strings in unsigned lexicographic
 * order.
 *
 * <p>Nothing here survives a crash by itself: the replicated log is the write-ahead log, and {@link
 * StateVault#checkpoint} makes a state durable as a whole. Threads: one writer; any thread may
 * read. Errors: {@link StorageException}.
 */
public interface StateStore {
  /** The value, the caller's own copy, or null when the key is absent. */
  byte[] get(byte[] key);

  /**
   * Keys in [from, to) in order, as they are now: later writes do not show. {@code to} null means
   * to the end. The cursor must be closed.
   */
  StateCursor scan(byte[] from, byte[] to);

  /** Applies all puts and deletes of the batch, or none, in their order. */
  void write(StateBatch batch);
}
