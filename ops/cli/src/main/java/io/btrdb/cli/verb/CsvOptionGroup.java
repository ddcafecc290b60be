package io.btrdb.cli.verb;

import io.btrdb.cli.csv.CsvOptions;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.text.Converters;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How files of measurements are written, where that cannot be found out. */
final class CsvOptionGroup {
  @Option(
      names = {"-t", "--time"},
      paramLabel = "COLUMN",
      description = "Column of the times, by name or number from 1. Default: found out.")
  private String time;

  @Option(
      names = {"-v", "--value"},
      paramLabel = "COLUMN",
      split = ",",
      description =
          "Columns of values, by name or number. Default: all that hold numbers, but the times.")
  private List<String> values = List.of();

  @Option(
      names = "--time-format",
      paramLabel = "FORM",
      defaultValue = "auto",
      description =
          "auto, iso, s, ms, us, ns (numbers since 1970), or a pattern as 'dd.MM.yyyy HH:mm:ss'."
              + " Default: ${DEFAULT-VALUE}.")
  private String timeFormat = "auto";

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      converter = Converters.Zone.class,
      description = "Of times that name none, as Europe/Berlin or +02:00. Default: UTC.")
  private ZoneId zone = ZoneOffset.UTC;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "Between cells; 'tab' for a tabulator. Default: found out.")
  private String delimiter;

  @Option(
      names = "--header",
      negatable = true,
      description = "Whether the first line names the columns. Default: found out.")
  private Boolean header;

  @Option(names = "--decimal-comma", description = "Numbers are written as 1,5.")
  private boolean decimalComma;

  @Option(
      names = "--comment",
      paramLabel = "TEXT",
      defaultValue = "#",
      description = "Pass over lines that begin with it; '' for none. Default: ${DEFAULT-VALUE}.")
  private String comment = "#";

  CsvOptions get() {
    return new CsvOptions(
        delimiterChar(),
        Optional.ofNullable(header),
        Optional.ofNullable(time),
        values,
        timeFormat,
        zone,
        decimalComma,
        comment);
  }

  private Optional<Character> delimiterChar() {
    if (delimiter == null) {
      return Optional.empty();
    }
    String text = delimiter.equals("tab") || delimiter.equals("\\t") ? "\t" : delimiter;
    if (text.length() != 1) {
      throw new CommandFailed(ExitCode.USAGE, "--delimiter is one character, not '" + text + "'");
    }
    return Optional.of(text.charAt(0));
  }
}
