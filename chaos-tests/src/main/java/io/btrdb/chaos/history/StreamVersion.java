package io.btrdb.chaos.history;

/**
 * A state of a stream: sealed states are counted by major, points logged since by minor.
 *
 * @param major 10 in a new stream
 * @param minor 0 for the sealed state itself
 */
public record StreamVersion(long major, long minor) implements Comparable<StreamVersion> {
  /** Older than any stream's. */
  public static final StreamVersion NONE = new StreamVersion(0, 0);

  static StreamVersion parse(String text) {
    int dot = text.indexOf('.');
    return new StreamVersion(
        Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1)));
  }

  @Override
  public int compareTo(StreamVersion other) {
    int byMajor = Long.compare(major, other.major);
    return byMajor != 0 ? byMajor : Long.compare(minor, other.minor);
  }

  public boolean isAfter(StreamVersion other) {
    return compareTo(other) > 0;
  }

  public StreamVersion max(StreamVersion other) {
    return compareTo(other) >= 0 ? this : other;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
