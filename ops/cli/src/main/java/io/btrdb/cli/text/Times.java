package io.btrdb.cli.text;

import io.btrdb.client.TimeBounds;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * Points in time.
 *
 * <pre>
 * time     := digits | "-" digits         nanoseconds since 1970-01-01 UTC
 *           | "now" [sign duration]       the moment the command started, shifted
 *           | sign duration               the same, without the word
 *           | "min" | "max"               the first time a stream can hold, the end of time
 *           | ISO-8601                    see {@link IsoTime}; UTC when it names no zone
 * sign     := "+" | "-"
 * duration := see {@link Durations}
 * </pre>
 */
public final class Times {
  private Times() {}

  /** The present, in nanoseconds since the Unix epoch. */
  public static long now() {
    Instant now = Instant.now();
    return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
  }

  /**
   * Parses a time.
   *
   * @param now what {@code now} stands for, in nanoseconds
   * @return nanoseconds since the Unix epoch, not necessarily within {@link TimeBounds}
   * @throws BadText when it is none
   */
  public static long parse(String text, long now) {
    String trimmed = text.trim();
    if (trimmed.matches("-?\\d+")) {
      return nanos(trimmed);
    }
    if (IsoTime.looksLike(trimmed)) {
      return IsoTime.parse(trimmed, ZoneOffset.UTC);
    }
    return switch (trimmed) {
      case "now" -> now;
      case "min" -> TimeBounds.MIN;
      case "max" -> TimeBounds.MAX;
      default -> relative(trimmed, now);
    };
  }

  private static long nanos(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new BadText("'" + digits + "' is beyond the nanoseconds that 64 bits can count");
    }
  }

  private static long relative(String text, long now) {
    String shift = text.startsWith("now") ? text.substring(3).trim() : text;
    if (shift.length() < 2 || (shift.charAt(0) != '+' && shift.charAt(0) != '-')) {
      throw new BadText(
          "'"
              + text
              + "' is no time: write 2024-05-01T12:30:00Z, 2024-05-01, now, now-1h, +5m, min, max,"
              + " or nanoseconds since 1970");
    }
    long nanos = Durations.parse(shift.substring(1).trim());
    try {
      return shift.charAt(0) == '-' ? Math.subtractExact(now, nanos) : Math.addExact(now, nanos);
    } catch (ArithmeticException e) {
      throw new BadText("'" + text + "' is not within the years 1678 to 2262");
    }
  }
}
