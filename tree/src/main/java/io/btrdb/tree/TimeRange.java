package io.btrdb.tree;

/**
 * The law of time, in one place: nanoseconds since 1970-01-01T00:00Z as {@code long}, ranges half
 * open {@code [start, end)}, all within {@code [MIN, MAX)}.
 */
public final class TimeRange {
  /** -2^60, 1933-06-19: the earliest time a point may have. */
  public static final long MIN = -(1L << 60);

  /** 3 * 2^60, 2079-08-09: the end of time, exclusive. */
  public static final long MAX = 3L << 60;

  /**
   * The latest time a point may have: MAX - 2, because a query's end is exclusive and below MAX.
   */
  public static final long LAST_INSERTABLE = MAX - 2;

  private TimeRange() {}
}
