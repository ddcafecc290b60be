package io.btrdb.tree;

/**
 * What an insert does with a point whose time is already taken, in the tree or in its own batch.
 */
public enum MergePolicy {
  /** Keep all points; equal times stay in insertion order, older first. */
  NEVER,
  /** Drop a point whose time and value bits are both there already; keep other values. */
  EQUAL,
  /**
   * Keep the old point, drop the new one: at most one point a time among those this insert adds.
   */
  RETAIN,
  /** The new point takes the place of all old ones at its time. */
  REPLACE
}
