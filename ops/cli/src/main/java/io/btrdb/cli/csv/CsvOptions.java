package io.btrdb.cli.csv;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * What the user says about a file; the rest is found out.
 *
 * @param delimiter between the cells; empty to find it out
 * @param header whether the first line names the columns; empty to find it out
 * @param timeColumn name or number from 1; empty to find it out
 * @param valueColumns names or numbers from 1; all that hold numbers when there are none
 * @param timeFormat {@code auto}, {@code iso}, {@code s}, {@code ms}, {@code us}, {@code ns} or a
 *     pattern of {@link java.time.format.DateTimeFormatter}
 * @param zone of times that name none
 * @param decimalComma whether numbers are written as 1,5
 * @param comment lines that begin with it are passed over; empty for none
 */
public record CsvOptions(
    Optional<Character> delimiter,
    Optional<Boolean> header,
    Optional<String> timeColumn,
    List<String> valueColumns,
    String timeFormat,
    ZoneId zone,
    boolean decimalComma,
    String comment) {
  /**
   * Everything is found out, times without a zone are UTC, lines that begin with # are comments.
   */
  public static final CsvOptions DEFAULTS =
      new CsvOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          "auto",
          ZoneOffset.UTC,
          false,
          "#");
}
