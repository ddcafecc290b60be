package io.btrdb.client;

/** Where to look for the nearest point. */
public enum Direction {
  /** The first point at or after the time. */
  FORWARD,
  /** The last point before the time, not at it. */
  BACKWARD
}
