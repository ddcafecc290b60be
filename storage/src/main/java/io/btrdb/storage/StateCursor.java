package io.btrdb.storage;

/** A forward walk over keys and values. Starts before the first. Used by one thread. */
public interface StateCursor extends AutoCloseable {
  /** Moves to the next entry; false at the end. */
  boolean next();

  /** Key of the current entry, the caller's own copy. */
  byte[] key();

  /** Value of the current entry, the caller's own copy. */
  byte[] value();

  @Override
  void close();
}
