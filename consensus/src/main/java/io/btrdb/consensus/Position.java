package io.btrdb.consensus;

/**
 * A place in a group's log.
 *
 * @param term term of the entry, from 0
 * @param index index of the entry, from 0; −1 only in {@link #NONE}
 */
public record Position(long term, long index) implements Comparable<Position> {
  /** Before every entry. */
  public static final Position NONE = new Position(0, -1);

  @Override
  public int compareTo(Position other) {
    return Long.compare(index, other.index);
  }
}
