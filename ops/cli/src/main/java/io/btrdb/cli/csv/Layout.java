package io.btrdb.cli.csv;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.text.BadText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a file is written, found out from its first lines.
 *
 * @param delimiter between the cells
 * @param hasHeader whether the first line names the columns
 * @param timeColumn index from 0
 * @param times how times are written
 * @param valueColumns indexes from 0, at least one
 * @param names of the value columns; {@code columnN}, counted from 1, without a header
 */
public record Layout(
    char delimiter,
    boolean hasHeader,
    int timeColumn,
    TimeReader times,
    List<Integer> valueColumns,
    List<String> names) {
  private static final String DELIMITERS = ",;\t| ";
  private static final Set<String> TIME_NAMES =
      Set.of("time", "timestamp", "date", "datetime", "date_time", "ts", "t", "epoch", "utc");

  /**
   * Finds out.
   *
   * @param sample the first lines, without comments and empty ones
   * @throws CommandFailed as a usage error when it cannot be found out; the message names the
   *     option that tells
   */
  static Layout detect(List<String> sample, CsvOptions options) {
    if (sample.isEmpty()) {
      throw fail("it has no lines");
    }
    char delimiter = options.delimiter().orElseGet(() -> delimiter(sample));
    List<List<String>> rows = new ArrayList<>();
    for (String line : sample) {
      try {
        rows.add(List.copyOf(new Cells(delimiter).split(line)));
      } catch (BadText e) {
        // A broken line is reported when it is read; the others tell how the file is written.
        continue;
      }
    }
    if (rows.isEmpty()) {
      throw fail("none of its first lines can be split at '" + delimiter + "'");
    }
    return new Detection(rows, options).layout(delimiter);
  }

  /** The delimiter that the most lines have in common, as often as possible. */
  private static char delimiter(List<String> sample) {
    char best = ',';
    long bestScore = 0;
    for (char candidate : DELIMITERS.toCharArray()) {
      List<Integer> counts =
          sample.stream().map(line -> Collections.frequency(chars(line), candidate)).toList();
      int usual = counts.get(counts.size() / 2);
      long score =
          usual == 0 ? 0 : Collections.frequency(counts, usual) * 100L + Math.min(99, usual);
      // Times have spaces, too: a space delimits only where nothing else does.
      if (score > bestScore && (candidate != ' ' || bestScore == 0)) {
        best = candidate;
        bestScore = score;
      }
    }
    return best;
  }

  private static List<Character> chars(String line) {
    return line.chars().mapToObj(c -> (char) c).toList();
  }

  /** What a person should know to see whether it was understood. */
  public String describe() {
    return "time in column "
        + (timeColumn + 1)
        + " ("
        + times.name()
        + "), "
        + (names.size() == 1 ? "value " : names.size() + " values ")
        + (names.size() > 8 ? names.subList(0, 8) + "..." : String.join(", ", names))
        + (hasHeader ? "" : ", no header");
  }

  private static CommandFailed fail(String message) {
    return new CommandFailed(ExitCode.USAGE, message);
  }

  /** One attempt on the cells of the sample. */
  private record Detection(List<List<String>> rows, CsvOptions options) {
    Layout layout(char delimiter) {
      boolean header = options.header().orElseGet(this::firstRowNames);
      if (header && rows.size() < 2) {
        throw fail("it has a header and no rows");
      }
      int time = timeColumn(header);
      List<Integer> values = valueColumns(header, time);
      List<String> names = values.stream().map(i -> columnName(i, header)).toList();
      return new Layout(delimiter, header, time, times(header, time), values, names);
    }

    /** A first row without a single number or time consists of names. */
    private boolean firstRowNames() {
      return rows.get(0).stream()
          .noneMatch(cell -> Numbers.isNumber(cell, options.decimalComma()) || isTime(cell));
    }

    private boolean isTime(String cell) {
      try {
        reader(cell).parse(cell);
        return true;
      } catch (BadText e) {
        return false;
      }
    }

    private TimeReader reader(String cell) {
      return options.timeFormat().equals("auto")
          ? TimeReader.detect(cell, options.zone())
          : TimeReader.of(options.timeFormat(), options.zone());
    }

    private int timeColumn(boolean header) {
      if (options.timeColumn().isPresent()) {
        return index(options.timeColumn().get(), header);
      }
      for (int i = 0; header && i < rows.get(0).size(); i++) {
        if (TIME_NAMES.contains(rows.get(0).get(i).toLowerCase(Locale.ROOT))) {
          return i;
        }
      }
      for (List<String> row : rows.subList(header ? 1 : 0, rows.size())) {
        for (int i = 0; i < row.size(); i++) {
          if (isTime(row.get(i))) {
            return i;
          }
        }
      }
      throw fail("no column holds times that can be told: name it with --time, see --time-format");
    }

    private TimeReader times(boolean header, int column) {
      if (!options.timeFormat().equals("auto")) {
        return reader("");
      }
      for (List<String> row : rows.subList(header ? 1 : 0, rows.size())) {
        if (column < row.size() && isTime(row.get(column))) {
          return reader(row.get(column));
        }
      }
      List<String> first = rows.get(header ? 1 : 0);
      throw fail(
          "column "
              + (column + 1)
              + " holds no times that can be told, as '"
              + (column < first.size() ? first.get(column) : "")
              + "': name their form with --time-format");
    }

    private List<Integer> valueColumns(boolean header, int time) {
      if (!options.valueColumns().isEmpty()) {
        return options.valueColumns().stream().map(column -> index(column, header)).toList();
      }
      List<Integer> columns = new ArrayList<>();
      List<List<String>> data = rows.subList(header ? 1 : 0, rows.size());
      int width = data.stream().mapToInt(List::size).max().orElse(0);
      for (int i = 0; i < width; i++) {
        int column = i;
        boolean numbers =
            data.stream()
                .anyMatch(
                    row ->
                        column < row.size()
                            && Numbers.isNumber(row.get(column), options.decimalComma()));
        if (column != time && numbers) {
          columns.add(column);
        }
      }
      if (columns.isEmpty()) {
        throw fail("no column holds numbers: name those that do with --value, see --delimiter");
      }
      return List.copyOf(columns);
    }

    private int index(String column, boolean header) {
      int byName = header ? rows.get(0).indexOf(column) : -1;
      if (byName >= 0) {
        return byName;
      }
      int width = rows.stream().mapToInt(List::size).max().orElse(0);
      if (column.matches("[1-9]\\d{0,5}") && Integer.parseInt(column) <= width) {
        return Integer.parseInt(column) - 1;
      }
      throw fail(
          "it has no column '"
              + column
              + "'; there are "
              + (header ? rows.get(0) : "columns 1 to " + width));
    }

    private String columnName(int column, boolean header) {
      List<String> names = rows.get(0);
      boolean named = header && column < names.size() && !names.get(column).isBlank();
      return named ? names.get(column) : "column" + (column + 1);
    }
  }
}
