package io.btrdb.tree;

/**
 * A span of time in which a stream is not looked at more finely than in slots of 2^resolution ns.
 *
 * @param start first nanosecond
 * @param end the first one behind
 * @param resolution 0 to 63
 */
public record ReducedRange(long start, long end, int resolution) {
  /** From here on slots are counted from {@link TimeRange#MIN}: there they are not those from 0. */
  private static final int ALIGNED_TO_ZERO_MAX = 60;

  public ReducedRange {
    if (start >= end || resolution < 0 || resolution > 63) {
      throw new IllegalArgumentException(
          "[%d, %d) at 2^%d ns is no range".formatted(start, end, resolution));
    }
  }

  boolean contains(long time) {
    return time >= start && time < end;
  }

  boolean overlaps(long from, long to) {
    return from < end && to > start;
  }

  /** Where the slot of a time in this range begins, or this range within the slot. */
  long floor(long time) {
    long base = resolution <= ALIGNED_TO_ZERO_MAX ? 0 : TimeRange.MIN;
    return Math.max(start, base + ((time - base) >> resolution << resolution));
  }

  /** The time itself where a slot begins, else where the next one does, or this range ends. */
  long ceiling(long time) {
    if (floor(time) == time) {
      return time;
    }
    long base = resolution <= ALIGNED_TO_ZERO_MAX ? 0 : TimeRange.MIN;
    long slot = (time - base) >> resolution;
    long slots = (end - base) >> resolution;
    return slot >= slots ? end : base + (slot + 1 << resolution);
  }
}
