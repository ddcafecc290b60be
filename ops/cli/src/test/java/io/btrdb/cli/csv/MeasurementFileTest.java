package io.btrdb.cli.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.terminal.CommandFailed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementFileTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  /** Everything a file gave: {@code time=value[,value]} or {@code line: problem}. */
  private List<String> read(String text, CsvOptions options) throws IOException {
    return read(Files.writeString(folder.resolve("file.csv"), text), options);
  }

  private static List<String> read(Path path, CsvOptions options) throws IOException {
    List<String> rows = new ArrayList<>();
    try (MeasurementFile file = MeasurementFile.open(path, options)) {
      while (file.next()) {
        if (!file.isGood()) {
          rows.add(file.lineNumber() + ": " + file.problem());
          continue;
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; i < file.layout().names().size(); i++) {
          values.add(file.hasValue(i) ? Double.toString(file.value(i)) : "-");
        }
        rows.add(file.time() + "=" + String.join(",", values));
      }
    }
    return rows;
  }

  private static CsvOptions timeFormat(String format, String zone) {
    return new CsvOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        format,
        ZoneId.of(zone),
        false,
        "#");
  }

  @Test
  void shouldReadTheUsualDialectsWithoutBeingTold() throws IOException {
    List<String> expected = List.of("1000000000=1.5", "2000000000=-2.0E-4");
    String[] files = {
      "timestamp,value\n1970-01-01 00:00:01,1.5\n1970-01-01 00:00:02,-2e-4\n",
      "time;v\r\n1970-01-01T00:00:01Z;1.5\r\n1970-01-01T00:00:02Z;-2e-4\r\n",
      "v\ttime\n1.5\t1970-01-01T01:00:01+01:00\n-2e-4\t1970-01-01T01:00:02+01:00",
      "\ufeff# made by a logger\n\n\"time\",\"v\"\n\"1970-01-01 00:00:01\", \"1.5\"\n"
          + "\"1970-01-01 00:00:02\", \"-2e-4\"\n",
      "1,1.5\r2,-2e-4\r",
      "1.000000000|1.5\n2.0|-2e-4\n",
      "1 1.5\n2   -2e-4\n",
      "date,site,volts\n"
          + "1970-01-01 00:00:01,north,1.5\n"
          + "1970-01-01 00:00:02,\"a \"\"b\"\", c\",-2e-4\n"
    };
    for (String file : files) {
      assertEquals(expected, read(file, CsvOptions.DEFAULTS), file);
    }
  }

  @Test
  void shouldTellTheUnitOfEpochTimesByTheirSize() throws IOException {
    for (String time :
        new String[] {"1700000000", "1700000000000", "1700000000000000", "1700000000000000000"}) {
      assertEquals(
          List.of(1_700_000_000L * SECOND + "=5.0"),
          read("t,v\n" + time + ",5\n", CsvOptions.DEFAULTS));
    }
    assertEquals(
        List.of("1700000000123456789=5.0"),
        read("t,v\n1700000000.123456789,5\n", CsvOptions.DEFAULTS));
  }

  @Test
  void shouldReportBrokenLinesByNumberAndGoOn() throws IOException {
    String text =
        """
        time,value
        1970-01-01 00:00:01,1
        1970-01-01 00:00:61,2
        1970-01-01 00:00:02,NaN

        # a comment
        1970-01-01 00:00:03
        1970-01-01 00:00:04,
        "1970-01-01 00:00:05,5
        1970-01-01 00:00:06,0x1p3
        1970-01-01 00:00:07,1e999
        1901-01-01 00:00:00,8
        half a li
        1970-01-01 00:00:09,9,surplus
        """;
    assertEquals(
        List.of(
            "1000000000=1.0",
            "3: '1970-01-01 00:00:61' is no time: it has 61 where 59 is most",
            "4: 'NaN' is no number",
            "7: the value is missing",
            "8: the value is missing",
            "9: a quote is not closed",
            "10: '0x1p3' is no number",
            "11: '1e999' is larger than a double can be",
            "12: '1901-01-01 00:00:00' is not between June 1933 and August 2079",
            "13: 'half a li' is no time like 2024-05-01T12:30:00Z",
            "9000000000=9.0"),
        read(text, CsvOptions.DEFAULTS));
  }

  @Test
  void shouldMakeAStreamOfEachValueColumn() throws IOException {
    Path path = folder.resolve("three.csv");
    Files.writeString(path, "time,L1,site,L2\n1,10,n,20\n2,,n,21\n3,12,n,\n4,,n,\n5,1,n,x\n");
    try (MeasurementFile file = MeasurementFile.open(path, CsvOptions.DEFAULTS)) {
      assertEquals(List.of("L1", "L2"), file.layout().names());
    }
    assertEquals(
        List.of(
            "1000000000=10.0,20.0",
            "2000000000=-,21.0",
            "3000000000=12.0,-",
            "5: all values are missing",
            "6: 'x' is no number"),
        read(path, CsvOptions.DEFAULTS));
  }

  @Test
  void shouldFollowWhatTheUserSays() throws IOException {
    CsvOptions german =
        new CsvOptions(
            Optional.of(';'),
            Optional.of(true),
            Optional.of("Zeit"),
            List.of("3"),
            "dd.MM.yyyy HH:mm:ss",
            ZoneId.of("Europe/Berlin"),
            true,
            "");
    assertEquals(
        List.of("3600000000000=1.25"), read("Nr;Zeit;Wert\n7;01.01.1970 02:00:00;1,25\n", german));
  }

  @Test
  void shouldReadCompressedFiles() throws IOException {
    Path path = folder.resolve("file.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
      out.write("t,v\n1,2\n".getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(List.of("1000000000=2.0"), read(path, CsvOptions.DEFAULTS));
  }

  @Test
  void shouldSayWhichOptionHelpsWhereItCannotTell() {
    assertMessage("", "no lines", CsvOptions.DEFAULTS);
    assertMessage("time,value\n", "a header and no rows", CsvOptions.DEFAULTS);
    assertMessage("time,value\nnoon,5\n", "--time-format", CsvOptions.DEFAULTS);
    assertMessage("time,value\n1,high\n", "--value", CsvOptions.DEFAULTS);
    assertMessage("a,b\nx,y\n", "--time", CsvOptions.DEFAULTS);
    assertMessage("time,v\n1,2\n", "is no time format", timeFormat("yyyy-bb", "UTC"));
  }

  private void assertMessage(String text, String part, CsvOptions options) {
    RuntimeException failure =
        assertThrows(RuntimeException.class, () -> read(text, options), text);
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }

  @Test
  void shouldCutALineThatNeverEnds() throws IOException {
    String endless = "t,v\n1,2\n2," + "9".repeat(3 * LineReader.LENGTH_MAX) + "\n3,4\n";
    assertEquals(
        List.of("1000000000=2.0", "3: the line is longer than 65536 characters", "3000000000=4.0"),
        read(endless, CsvOptions.DEFAULTS));
  }

  @Test
  void shouldRefuseAColumnThatIsNotThere() {
    CsvOptions options =
        new CsvOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of("volts"),
            "auto",
            ZoneId.of("UTC"),
            false,
            "");
    CommandFailed failure =
        assertThrows(CommandFailed.class, () -> read("time,value\n1,2\n", options));
    assertTrue(failure.getMessage().contains("[time, value]"), failure.getMessage());
  }

  @Test
  void shouldReadTheNabSeriesCompletely() throws IOException {
    Path data = Path.of("../../../shared/data/nab/data");
    Assumptions.assumeTrue(Files.isDirectory(data), "the NAB series are not here");
    List<Path> files;
    try (Stream<Path> all = Files.walk(data)) {
      files = all.filter(path -> path.toString().endsWith(".csv")).toList();
    }
    assertFalse(files.isEmpty());
    for (Path path : files) {
      long lines;
      try (Stream<String> text = Files.lines(path)) {
        lines = text.filter(line -> !line.isBlank()).count();
      }
      List<String> rows = read(path, CsvOptions.DEFAULTS);
      assertEquals(lines - 1, rows.size(), path.toString());
      assertTrue(rows.stream().allMatch(row -> row.contains("=")), path.toString());
    }
  }
}
