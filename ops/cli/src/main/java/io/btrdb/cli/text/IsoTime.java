package io.btrdb.cli.text;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Times in the forms of ISO-8601 that files use.
 *
 * <pre>
 * time   := date [("T" | "t" | " ") clock [" "] [zone]]
 * date   := yyyy "-" MM ["-" dd]
 * clock  := HH ":" mm [":" ss [("." | ",") digit{1,9}]]
 * zone   := "Z" | "z" | ("+" | "-") HH [[":"] mm]
 * </pre>
 *
 * Written by hand because it is what loading a file spends most of its time on: {@link
 * java.time.format.DateTimeFormatter} takes some twenty times as long.
 */
public final class IsoTime {
  private static final long SECOND = 1_000_000_000L;

  private final String text;
  private final ZoneId zone;
  private int at;

  private IsoTime(String text, ZoneId zone) {
    this.text = text;
    this.zone = zone;
  }

  /**
   * Parses a time.
   *
   * @param zone of times that name none
   * @return nanoseconds since the Unix epoch
   * @throws BadText when it is none, or a day or hour that does not exist
   */
  public static long parse(String text, ZoneId zone) {
    return new IsoTime(text, zone).parse();
  }

  /** Whether a text begins like such a time, so that {@link #parse} can tell what is wrong. */
  public static boolean looksLike(String text) {
    return text.length() >= 7
        && text.charAt(4) == '-'
        && text.chars().limit(4).allMatch(c -> c >= '0' && c <= '9');
  }

  private long parse() {
    int year = digits(4);
    expect('-');
    int month = within(digits(2), 1, 12);
    int day = accept('-') ? digits(2) : 1;
    within(day, 1, daysOf(year, month));
    long second = 0;
    int nano = 0;
    if (accept('T') || accept('t') || accept(' ')) {
      second = within(digits(2), 0, 23) * 3600L;
      expect(':');
      second += within(digits(2), 0, 59) * 60L;
      if (accept(':')) {
        second += within(digits(2), 0, 59);
        nano = accept('.') || accept(',') ? fraction() : 0;
      }
    }
    second += daysSinceEpoch(year, month, day) * 86_400L;
    accept(' ');
    return nanos(second - offsetSeconds(second), nano);
  }

  private long nanos(long second, int nano) {
    if (at != text.length()) {
      throw bad();
    }
    try {
      return Math.addExact(Math.multiplyExact(second, SECOND), nano);
    } catch (ArithmeticException e) {
      throw new BadText("'" + text + "' is not within the years 1678 to 2262");
    }
  }

  private long offsetSeconds(long localSecond) {
    if (at == text.length()) {
      return zoneOffset(localSecond);
    }
    if (accept('Z') || accept('z')) {
      return 0;
    }
    int sign = accept('-') ? -1 : 1;
    if (sign == 1) {
      expect('+');
    }
    int seconds = within(digits(2), 0, 18) * 3600;
    if (at < text.length()) {
      accept(':');
      seconds += within(digits(2), 0, 59) * 60;
    }
    return sign * (long) seconds;
  }

  /** Of an hour that a clock shows twice, the first is meant. */
  private long zoneOffset(long localSecond) {
    if (zone instanceof ZoneOffset fixed) {
      return fixed.getTotalSeconds();
    }
    LocalDateTime local = LocalDateTime.ofEpochSecond(localSecond, 0, ZoneOffset.UTC);
    var offsets = zone.getRules().getValidOffsets(local);
    if (offsets.isEmpty()) {
      throw new BadText("'" + text + "' does not exist in " + zone + ": its clock was set forward");
    }
    return offsets.get(0).getTotalSeconds();
  }

  private int fraction() {
    int start = at;
    int value = 0;
    while (at < text.length() && isDigit(text.charAt(at)) && at - start < 9) {
      value = value * 10 + text.charAt(at++) - '0';
    }
    if (at == start || (at < text.length() && isDigit(text.charAt(at)))) {
      throw bad();
    }
    for (int i = at - start; i < 9; i++) {
      value *= 10;
    }
    return value;
  }

  private int digits(int count) {
    int value = 0;
    for (int end = at + count; at < end; at++) {
      if (at >= text.length() || !isDigit(text.charAt(at))) {
        throw bad();
      }
      value = value * 10 + text.charAt(at) - '0';
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private int within(int value, int min, int max) {
    if (value < min || value > max) {
      throw new BadText(
          "'" + text + "' is no time: it has " + value + " where " + max + " is most");
    }
    return value;
  }

  private boolean accept(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    if (there) {
      at++;
    }
    return there;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw bad();
    }
  }

  private BadText bad() {
    return new BadText("'" + text + "' is no time like 2024-05-01T12:30:00Z");
  }

  private static int daysOf(int year, int month) {
    return switch (month) {
      case 4, 6, 9, 11 -> 30;
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      default -> 31;
    };
  }

  /** Days of the proleptic Gregorian calendar, counted in years that begin in March. */
  private static long daysSinceEpoch(int year, int month, int day) {
    int marchYear = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(marchYear, 400);
    int yearOfEra = marchYear - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468;
  }

  /**
   * A time in UTC with all that is known of it: {@code 2024-05-01T12:30:00Z}, or with three, six or
   * nine digits after the second.
   */
  public static String print(long nanos) {
    long second = Math.floorDiv(nanos, SECOND);
    int nano = (int) Math.floorMod(nanos, SECOND);
    StringBuilder out = new StringBuilder(30);
    try {
      out.append(LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC));
    } catch (DateTimeException e) {
      throw new IllegalStateException("every long is within the years of LocalDateTime", e);
    }
    if (Math.floorMod(second, 60L) == 0) {
      out.append(":00");
    }
    if (nano != 0) {
      int digits = nano % 1_000_000 == 0 ? 3 : nano % 1_000 == 0 ? 6 : 9;
      String fraction = String.format("%09d", nano);
      out.append('.').append(fraction, 0, digits);
    }
    return out.append('Z').toString();
  }
}
