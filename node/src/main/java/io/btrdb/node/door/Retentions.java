package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.ReducedSpan;
import io.btrdb.api.v5.ReducedResolutionRange;
import io.btrdb.tree.ReducedRange;
import io.btrdb.tree.ReducedRanges;
import io.btrdb.tree.TimeRange;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What may be asked of a stream's retention. */
final class Retentions {
  private static final int RESOLUTION_MAX = 63;

  private Retentions() {}

  /** A range as it came, not looked at yet; {@code resolution} is unsigned. */
  record Span(long start, long end, int resolution) {}

  static Span span(ReducedSpan span) {
    return new Span(span.getStart(), span.getEnd(), span.getResolution());
  }

  static Span span(ReducedResolutionRange range) {
    return new Span(range.getStart(), range.getEnd(), range.getResolution());
  }

  /** The ranges, after nothing was found to be {@link #wrong} with them. */
  static List<ReducedRange> reduced(Stream<Span> spans) {
    return spans.map(span -> new ReducedRange(span.start, span.end, span.resolution)).toList();
  }

  /**
   * @param oldest unsigned
   * @param archiveHorizon unsigned
   */
  static Optional<Refusal> wrong(long oldest, long archiveHorizon, Stream<Span> spans) {
    if (oldest < 0) {
      return Optional.of(
          Refusal.of(
              ErrorCode.INVALID_VERSIONS,
              "no stream has a version %s",
              Long.toUnsignedString(oldest)));
    }
    if (archiveHorizon < 0) {
      return Optional.of(
          Refusal.of(
              ErrorCode.WRONG_ARGUMENTS,
              "targetArchiveHorizon must be below 2^63, is %s",
              Long.toUnsignedString(archiveHorizon)));
    }
    List<Span> all = spans.toList();
    Optional<Refusal> wrong =
        all.stream().map(Retentions::wrong).flatMap(Optional::stream).findFirst();
    if (wrong.isEmpty() && ReducedRanges.NONE.with(reduced(all.stream())).isEmpty()) {
      return Optional.of(
          new Refusal(
              ErrorCode.OVERLAPPING_TRIM_RANGE, "ranges of reduced resolution must not overlap"));
    }
    return wrong;
  }

  private static Optional<Refusal> wrong(Span span) {
    if (span.start < TimeRange.MIN || span.end > TimeRange.MAX || span.start >= span.end) {
      return Optional.of(
          Refusal.of(
              ErrorCode.INVALID_TIME_RANGE,
              "[%d, %d) is not a range of reduced resolution within [%d, %d)",
              span.start,
              span.end,
              TimeRange.MIN,
              TimeRange.MAX));
    }
    if (Integer.compareUnsigned(span.resolution, RESOLUTION_MAX) > 0) {
      return Optional.of(
          Refusal.of(
              ErrorCode.INVALID_POINT_WIDTH,
              "the resolution must be 0 to 63, is %s",
              Integer.toUnsignedString(span.resolution)));
    }
    return Optional.empty();
  }
}
