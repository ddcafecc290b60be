package io.btrdb.storage;

/**
 * Where a block is, logically: the number of its segment and its place in the segment's own
 * directory. A segment may be rewritten with only its live blocks; addresses do not change.
 *
 * @param segment {@link SegmentId#number()} of the segment, in the shard that reads it
 * @param ordinal index in the segment's directory, from 0
 */
public record BlockAddress(long segment, int ordinal) {
  @Override
  public String toString() {
    return String.format("%08x-%08x#%d", segment >>> 32, segment & 0xFFFF_FFFFL, ordinal);
  }
}
