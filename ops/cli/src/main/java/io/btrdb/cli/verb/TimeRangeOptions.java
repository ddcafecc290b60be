package io.btrdb.cli.verb;

import io.btrdb.cli.text.Converters;
import io.btrdb.client.TimeBounds;
import picocli.CommandLine.Option;

/** A half-open range of time. */
final class TimeRangeOptions {
  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description =
          "First time: 2024-05-01T12:30:00Z, 2024-05-01, now-1h, or nanoseconds. Default: the"
              + " beginning.")
  private Long from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description = "The time after the last. Default: the end.")
  private Long to;

  boolean isOpen() {
    return from == null || to == null;
  }

  /** First nanosecond. */
  long from() {
    return from == null ? TimeBounds.MIN : from;
  }

  /** The nanosecond after the last; raw values must end before {@link TimeBounds#MAX}. */
  long to() {
    return Math.min(to == null ? Long.MAX_VALUE : to, TimeBounds.MAX - 1);
  }

  /** As given, or the first time of the data. */
  long fromOr(long first) {
    return from == null ? first : from;
  }

  /** As given, or the end of the data. */
  long toOr(long end) {
    return to == null ? end : to;
  }
}
