package io.btrdb.client;

/** The times a stream can hold, in nanoseconds since the Unix epoch. */
public final class TimeBounds {
  /** The first time that can be inserted: in June 1933. */
  public static final long MIN = -(1L << 60);

  /** The end of time: in August 2079. Queries of raw values must end before it. */
  public static final long MAX = 3L << 60;

  /** The last time that can be inserted. */
  public static final long LAST = MAX - 2;

  private TimeBounds() {}
}
