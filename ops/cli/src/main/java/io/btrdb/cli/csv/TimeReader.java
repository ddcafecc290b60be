package io.btrdb.cli.csv;

import io.btrdb.cli.text.BadText;
import io.btrdb.cli.text.IsoTime;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/** How the times of one column are written. */
sealed interface TimeReader {
  /**
   * Reads a time.
   *
   * @return nanoseconds since the Unix epoch
   * @throws BadText when it is none
   */
  long parse(String text);

  /** How it is called in messages. */
  String name();

  /** The reader a user asked for by name or pattern, {@code auto} excepted. */
  static TimeReader of(String format, ZoneId zone) {
    return switch (format) {
      case "iso" -> new Iso(zone);
      case "s" -> new Epoch("s", 9);
      case "ms" -> new Epoch("ms", 6);
      case "us" -> new Epoch("us", 3);
      case "ns" -> new Epoch("ns", 0);
      default -> Pattern.of(format, zone);
    };
  }

  /**
   * The reader for the column a text is from. Numbers are taken for seconds, milliseconds,
   * microseconds or nanoseconds by their size, which is right for times after 1973.
   *
   * @throws BadText when it is no time in any form that can be told without being told
   */
  static TimeReader detect(String text, ZoneId zone) {
    if (IsoTime.looksLike(text)) {
      Iso iso = new Iso(zone);
      iso.parse(text);
      return iso;
    }
    if (!text.matches("-?\\d+(\\.\\d+)?")) {
      throw new BadText("'" + text + "' is no time that can be told: name its form, --time-format");
    }
    double size = Math.abs(Double.parseDouble(text));
    String unit = size < 1e11 ? "s" : size < 1e14 ? "ms" : size < 1e17 ? "us" : "ns";
    TimeReader epoch = of(unit, zone);
    epoch.parse(text);
    return epoch;
  }

  /** ISO-8601 and its relatives. */
  record Iso(ZoneId zone) implements TimeReader {
    @Override
    public long parse(String text) {
      return IsoTime.parse(text, zone);
    }

    @Override
    public String name() {
      return "ISO-8601, " + (zone.equals(ZoneOffset.UTC) ? "UTC" : zone) + " unless it says";
    }
  }

  /**
   * A number of units since 1970.
   *
   * @param zeros the unit is 10^zeros nanoseconds
   */
  record Epoch(String unit, int zeros) implements TimeReader {
    @Override
    public long parse(String text) {
      try {
        long scale = 1;
        for (int i = 0; i < zeros; i++) {
          scale *= 10;
        }
        // Nearly all are whole; a fraction is kept exactly, below the nanosecond it is cut off.
        return text.indexOf('.') < 0
            ? Math.multiplyExact(Long.parseLong(text), scale)
            : new BigDecimal(text).movePointRight(zeros).toBigInteger().longValueExact();
      } catch (ArithmeticException e) {
        throw new BadText("'" + text + "' " + unit + " since 1970 is beyond the year 2262");
      } catch (NumberFormatException e) {
        throw new BadText("'" + text + "' is no number of " + unit + " since 1970");
      }
    }

    @Override
    public String name() {
      return unit + " since 1970";
    }
  }

  /** A pattern of the user's. */
  record Pattern(String text, DateTimeFormatter formatter, ZoneId zone) implements TimeReader {
    static Pattern of(String pattern, ZoneId zone) {
      try {
        return new Pattern(pattern, DateTimeFormatter.ofPattern(pattern, Locale.ROOT), zone);
      } catch (IllegalArgumentException e) {
        throw new BadText(
            "'"
                + pattern
                + "' is no time format: write auto, iso, s, ms, us, ns or a pattern like"
                + " 'dd.MM.yyyy HH:mm:ss' ("
                + e.getMessage()
                + ")");
      }
    }

    @Override
    public long parse(String value) {
      try {
        Instant instant = instant(formatter.parse(value));
        return Math.addExact(
            Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
      } catch (DateTimeException | ArithmeticException e) {
        throw new BadText("'" + value + "' is no time of the form " + text);
      }
    }

    private Instant instant(TemporalAccessor parsed) {
      LocalDate date = parsed.query(TemporalQueries.localDate());
      LocalTime time = parsed.query(TemporalQueries.localTime());
      ZoneId own = parsed.query(TemporalQueries.zone());
      if (date == null) {
        throw new DateTimeException("no date");
      }
      LocalDateTime local = date.atTime(time == null ? LocalTime.MIDNIGHT : time);
      return ZonedDateTime.of(local, own == null ? zone : own).toInstant();
    }

    @Override
    public String name() {
      return text;
    }
  }
}
