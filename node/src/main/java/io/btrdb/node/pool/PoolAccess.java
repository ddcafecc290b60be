package io.btrdb.node.pool;

import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.SegmentStore;

/**
 * A connection to a shared pool. Thread-safe; calls may block for as long as the pool's own limits
 * allow and fail with {@link io.btrdb.storage.StorageException}.
 */
public interface PoolAccess extends AutoCloseable {
  /** Opens connections; may be called until it succeeds, from one thread at a time. */
  @FunctionalInterface
  interface Opener {
    /**
     * @param cluster name of the cluster, in lower case: the first part of the names of all its
     *     objects
     * @throws io.btrdb.storage.StorageException when the pool cannot be reached
     */
    PoolAccess open(String cluster);
  }

  /** The cluster's small objects. */
  ObjectPool objects();

  /**
   * The cluster's segments whose names begin with a prefix, a path of lower case names.
   *
   * @return the caller's to close
   */
  SegmentStore segments(String prefix);

  @Override
  void close();
}
