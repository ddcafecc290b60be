package io.btrdb.storage;

/**
 * A place in a replicated log.
 *
 * @param term the Raft term of the entry
 * @param index the entry's index, from 0; {@link #NONE} comes before every entry
 */
public record LogPosition(long term, long index) implements Comparable<LogPosition> {
  public static final LogPosition NONE = new LogPosition(0, -1);

  @Override
  public int compareTo(LogPosition other) {
    return Long.compare(index, other.index);
  }
}
