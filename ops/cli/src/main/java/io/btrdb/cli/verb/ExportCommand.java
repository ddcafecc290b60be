package io.btrdb.cli.verb;

import io.btrdb.cli.output.Format;
import io.btrdb.cli.output.Rows;
import io.btrdb.cli.output.TimeForm;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Interruption;
import io.btrdb.cli.terminal.Progress;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.text.StreamName;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.PointCursor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes points to a file. */
@Command(
    name = "export",
    description = {
      "Write the points of streams as CSV (time,value; with several streams stream,time,value) to a"
          + " file or to standard output. 'btrdb load' reads what it writes.",
      "A file appears under its name when it is complete, compressed when the name ends in .gz."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb export plant/L1 --output L1.csv.gz",
      "  btrdb export plant/L1 plant/L2 --from 2024-05-01 --to 2024-06-01 --times iso > may.csv"
    })
public final class ExportCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions connection;
  @Mixin private TimeRangeOptions range;
  @Mixin private VersionOption version;

  @Mixin private StreamArguments names;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to. Default: standard output.")
  private Path file;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      defaultValue = "csv",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.CSV;

  @Option(
      names = "--times",
      paramLabel = "FORM",
      defaultValue = "ns",
      description = "How to write times: iso or ns. Default: ${DEFAULT-VALUE}.")
  private TimeForm times = TimeForm.NS;

  private final Terminal terminal;
  private long written;

  public ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    try (Btrdb db = connection.connect()) {
      Map<StreamName, BtrdbStream> streams = names.resolve(db);
      if (file == null) {
        return write(streams, terminal.out()) ? ExitCode.OK : ExitCode.FAILED;
      }
      return writeFile(streams);
    }
  }

  private int writeFile(Map<StreamName, BtrdbStream> streams) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    boolean complete = false;
    try {
      try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(part));
          OutputStream out =
              file.toString().endsWith(".gz") ? new GZIPOutputStream(raw, 1 << 16) : raw) {
        complete = write(streams, out);
      }
      if (complete) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        terminal.say(String.format("Wrote %,d points to %s.", written, file));
      }
    } finally {
      Files.deleteIfExists(part);
    }
    return complete ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Returns whether it came to the end. */
  private boolean write(Map<StreamName, BtrdbStream> streams, OutputStream out) {
    boolean several = streams.size() > 1;
    List<String> columns = several ? List.of("stream", "time", "value") : List.of("time", "value");
    try (Interruption interruption = Interruption.watch();
        Progress progress = new Progress(terminal, "exporting", "points");
        Rows rows = Rows.open(format, times, out, columns)) {
      long total = range.isOpen() ? total(streams) : 0;
      for (Map.Entry<StreamName, BtrdbStream> entry : streams.entrySet()) {
        try (PointCursor points = version.of(entry.getValue()).values(range.from(), range.to())) {
          String label = several ? entry.getKey().toString() : null;
          while (!interruption.requested() && points.next()) {
            write(label, points, rows);
            progress.show(written, total, written);
          }
        }
      }
      return !interruption.requested();
    }
  }

  /** An upper bound when only one end of the range is given: good enough for a bar. */
  private long total(Map<StreamName, BtrdbStream> streams) {
    return streams.values().stream().mapToLong(stream -> version.of(stream).count()).sum();
  }

  private void write(String label, PointCursor points, Rows rows) {
    for (int i = 0; i < points.size(); i++) {
      if (label != null) {
        rows.text(label);
      }
      rows.time(points.time(i)).number(points.value(i)).end();
    }
    written += points.size();
  }
}
