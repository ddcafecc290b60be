package io.btrdb.catalog;

/** Where a stream is in its life. It only ever moves forward, or from reserved to nothing. */
public enum Lifecycle {
  /** Create has begun: UUID and name are taken, the stream is invisible. */
  RESERVED,
  /** Visible. */
  ACTIVE,
  /** Obliterate has begun: invisible, UUID and name are still taken. */
  HIDDEN,
  /** Obliterated: the UUID is taken for ever, the name is free. */
  BURIED
}
