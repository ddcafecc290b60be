package io.btrdb.cli.text;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths of time.
 *
 * <pre>
 * duration := digits                      nanoseconds
 *           | (digits ["." digits] unit)+
 * unit     := "ns" | "us" | "ms" | "s" | "m" | "min" | "h" | "d" | "w" | "y"
 * </pre>
 *
 * A day has 24 hours and a year 365 days: a duration is a number of nanoseconds and knows no
 * calendar.
 */
public final class Durations {
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)([a-zµ]+)");
  private static final long SECOND = 1_000_000_000L;

  private Durations() {}

  /**
   * Parses a duration.
   *
   * @return nanoseconds, 0 or more
   * @throws BadText when it is none, or longer than 292 years
   */
  public static long parse(String text) {
    String trimmed = text.trim();
    try {
      return trimmed.matches("\\d+") ? Long.parseLong(trimmed) : parts(trimmed);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new BadText("'" + text + "' is longer than 292 years, or finer than a nanosecond");
    }
  }

  private static long parts(String text) {
    Matcher part = PART.matcher(text);
    int end = 0;
    long nanos = 0;
    while (part.lookingAt()) {
      BigDecimal amount = new BigDecimal(part.group(1));
      long unit = unit(part.group(2), text);
      nanos = Math.addExact(nanos, amount.multiply(BigDecimal.valueOf(unit)).longValueExact());
      end = part.end();
      part.region(end, text.length());
    }
    if (end != text.length() || text.isEmpty()) {
      throw bad(text);
    }
    return nanos;
  }

  private static long unit(String unit, String text) {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "µs" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> SECOND;
      case "m", "min" -> 60 * SECOND;
      case "h" -> 3_600 * SECOND;
      case "d" -> 86_400 * SECOND;
      case "w" -> 7 * 86_400 * SECOND;
      case "y" -> 365 * 86_400 * SECOND;
      default -> throw bad(text);
    };
  }

  private static BadText bad(String text) {
    return new BadText(
        "'"
            + text
            + "' is no duration: write 250ms, 1s, 5m, 1h, 1h30m, 1d, 1y, or a number of"
            + " nanoseconds");
  }

  /** A duration for people, in its one or two largest units, as {@code 1.5 s} or {@code 2 h}. */
  public static String describe(long nanos) {
    String[] names = {"y", "d", "h", "min", "s", "ms", "us"};
    long[] units = {
      365 * 86_400 * SECOND, 86_400 * SECOND, 3_600 * SECOND, 60 * SECOND, SECOND, 1_000_000, 1_000
    };
    for (int i = 0; i < units.length; i++) {
      if (nanos >= units[i]) {
        return BigDecimal.valueOf(Math.round(nanos * 10.0 / units[i]), 1)
                .stripTrailingZeros()
                .toPlainString()
            + " "
            + names[i];
      }
    }
    return nanos + " ns";
  }
}
