package io.btrdb.client;

/** What an insert does with a point whose time is already taken, in the stream or in its batch. */
public enum MergePolicy {
  /** Keep all points. */
  NEVER,
  /** Drop a point whose time and value are both there already. */
  EQUAL,
  /** Keep the old point, drop the new one. */
  RETAIN,
  /** The new point takes the place of all old ones at its time. */
  REPLACE
}
