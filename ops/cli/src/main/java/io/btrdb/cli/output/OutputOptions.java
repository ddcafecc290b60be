package io.btrdb.cli.output;

import io.btrdb.cli.terminal.Terminal;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of every verb that prints a result. */
public final class OutputOptions {
  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "How to print: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TABLE;

  @Option(
      names = "--times",
      paramLabel = "FORM",
      description = "How to print times: iso or ns. Default: iso in tables, ns elsewhere.")
  private TimeForm times;

  public Format format() {
    return format;
  }

  /** Opens a result on standard output. */
  public Rows open(Terminal terminal, String... columns) {
    return open(terminal, List.of(columns));
  }

  /** The same for columns that are not known before there is a result. */
  public Rows open(Terminal terminal, List<String> columns) {
    return Rows.open(format, times, terminal.out(), columns);
  }
}
