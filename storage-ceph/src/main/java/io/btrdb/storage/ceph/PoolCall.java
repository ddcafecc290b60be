package io.btrdb.storage.ceph;

/** The kinds of calls that go to a pool. */
public enum PoolCall {
  READ,
  /** Asks for an object's length. */
  STAT,
  WRITE,
  REMOVE,
  /** One walk over all names of a namespace, whatever its length. */
  LIST
}
