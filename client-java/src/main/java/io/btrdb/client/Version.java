package io.btrdb.client;

/**
 * A state of a stream.
 *
 * @param major counts sealed states; a new stream has 10
 * @param minor how many points were logged since that state was sealed, before merge policies; 0 is
 *     the sealed state itself, which can be read again at any time
 */
public record Version(long major, long minor) implements Comparable<Version> {
  @Override
  public int compareTo(Version other) {
    int byMajor = Long.compare(major, other.major);
    return byMajor != 0 ? byMajor : Long.compare(minor, other.minor);
  }

  /** As {@code 12.340}, without the minor part when it is 0. */
  @Override
  public String toString() {
    return minor == 0 ? Long.toString(major) : major + "." + minor;
  }
}
