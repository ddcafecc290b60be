package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.tree.TimeRange;
import java.util.Optional;

/**
 * Which times, widths and versions the contract allows. Each method answers with a refusal, or with
 * nothing when all is well.
 */
final class Ranges {
  private static final int POINT_WIDTH_MAX = 63;

  /** Up to here windows aligned to 0 and to the start of time are the same. */
  private static final int POINT_WIDTH_ALIGNED_TO_ZERO = 60;

  /** A range with its ends moved to where windows begin and end. */
  record Span(long start, long end) {}

  private Ranges() {}

  /** {@code [start, end)} of raw points, windows and deletes. */
  static Optional<Refusal> range(long start, long end) {
    if (start < TimeRange.MIN || end >= TimeRange.MAX) {
      return refuse(
          ErrorCode.INVALID_TIME_RANGE,
          "the range [%d, %d) is not within [%d, %d)",
          start,
          end,
          TimeRange.MIN,
          TimeRange.MAX - 1);
    }
    return ordered(start, end);
  }

  private static Optional<Refusal> ordered(long start, long end) {
    return start < end
        ? Optional.empty()
        : refuse(ErrorCode.INVALID_TIME_RANGE, "start %d is not before end %d", start, end);
  }

  /** A time to look from, of Nearest. */
  static Optional<Refusal> instant(long time) {
    return time >= TimeRange.MIN && time < TimeRange.MAX
        ? Optional.empty()
        : refuse(
            ErrorCode.INVALID_TIME_RANGE,
            "time %d is not within [%d, %d)",
            time,
            TimeRange.MIN,
            TimeRange.MAX);
  }

  /**
   * Windows of any width. The last window ends at or before {@code end}.
   *
   * @param width unsigned
   */
  static Optional<Refusal> windows(long start, long end, long width, int depth) {
    if (width == 0 || Long.compareUnsigned(width, Long.MIN_VALUE) > 0) {
      return refuse(
          ErrorCode.INVALID_POINT_WIDTH,
          "the window width must be 1 to 2^63 ns, is %s",
          Long.toUnsignedString(width));
    }
    if (Integer.compareUnsigned(depth, POINT_WIDTH_MAX) > 0) {
      return refuse(
          ErrorCode.INVALID_POINT_WIDTH,
          "the depth must be 0 to 63, is %s",
          Integer.toUnsignedString(depth));
    }
    return range(start, end).or(() -> count(start, end, width));
  }

  private static Optional<Refusal> count(long start, long end, long width) {
    // Within the range both fit: end - start is below 2^62, so a width of 2^63 gives none.
    long windows = Long.divideUnsigned(end - start, width);
    if (windows == 0) {
      return refuse(
          ErrorCode.INVALID_TIME_RANGE,
          "the range [%d, %d) is shorter than one window of %s ns",
          start,
          end,
          Long.toUnsignedString(width));
    }
    return windows(windows);
  }

  private static Optional<Refusal> windows(long windows) {
    return windows <= Limits.QUERY_WINDOWS
        ? Optional.empty()
        : refuse(
            ErrorCode.WRONG_ARGUMENTS,
            "these are %d windows and one query gives at most %d: ask for wider windows or a"
                + " shorter range",
            windows,
            Limits.QUERY_WINDOWS);
  }

  /** The end of the last whole window; only after {@link #windows} found nothing to refuse. */
  static long windowsEnd(long start, long end, long width) {
    return start + (end - start) / width * width;
  }

  /**
   * Windows of 2^pointWidth. Because only whole windows count, both ends move down to where a
   * window begins, and {@code end} may be the end of time itself.
   */
  static Optional<Refusal> alignedWindows(long start, long end, int pointWidth) {
    Optional<Refusal> width = resolution(pointWidth, "point width");
    if (width.isPresent()) {
      return width;
    }
    Span span = align(start, end, pointWidth);
    if (start < TimeRange.MIN || span.start() < TimeRange.MIN || span.end() > TimeRange.MAX) {
      return refuse(
          ErrorCode.INVALID_TIME_RANGE,
          "the range [%d, %d), in windows of 2^%d ns, is not within [%d, %d]",
          start,
          end,
          pointWidth,
          TimeRange.MIN,
          TimeRange.MAX);
    }
    if (span.start() >= span.end()) {
      return refuse(
          ErrorCode.INVALID_TIME_RANGE,
          "the range [%d, %d) holds no whole window of 2^%d ns",
          start,
          end,
          pointWidth);
    }
    // No limit on windows here: empty ones are left out, so there are at most as many as points.
    return Optional.empty();
  }

  /**
   * Both ends moved down to multiples of 2^pointWidth, counted from 0 or from the start of time.
   */
  static Span align(long start, long end, int pointWidth) {
    long origin = pointWidth <= POINT_WIDTH_ALIGNED_TO_ZERO ? 0 : TimeRange.MIN;
    long mask = -1L << pointWidth;
    return new Span(
        origin + ((start - origin) & mask),
        // Beyond the end of time this may wrap to a larger time still, never into the valid range.
        origin + ((end - origin) & mask));
  }

  /** log2 of nanoseconds, unsigned on the wire. */
  static Optional<Refusal> resolution(int log2Nanos, String what) {
    return Integer.compareUnsigned(log2Nanos, POINT_WIDTH_MAX) <= 0
        ? Optional.empty()
        : refuse(
            ErrorCode.INVALID_POINT_WIDTH,
            "the %s must be 0 to 63, is %s",
            what,
            Integer.toUnsignedString(log2Nanos));
  }

  /** Points of a range in which no resolution is reduced. */
  static Optional<Refusal> points(ReadPlace.Here place, long start, long end) {
    return place
        .reduced()
        .within(start, end)
        .flatMap(
            range ->
                refuse(
                    ErrorCode.NO_LEAF_NODE,
                    "of [%d, %d) only windows can be read: its resolution is reduced to 2^%d ns",
                    range.start(),
                    range.end(),
                    range.resolution()));
  }

  /**
   * Versions to compare; 0 stands for the first and for the latest.
   *
   * @param from unsigned
   * @param to unsigned
   */
  static Optional<Refusal> versions(long from, long to) {
    return to == 0 || Long.compareUnsigned(from == 0 ? 1 : from, to) <= 0
        ? Optional.empty()
        : refuse(
            ErrorCode.INVALID_VERSIONS,
            "from version %s is after version %s",
            Long.toUnsignedString(from),
            Long.toUnsignedString(to));
  }

  private static Optional<Refusal> refuse(ErrorCode code, String format, Object... values) {
    return Optional.of(Refusal.of(code, format, values));
  }
}
