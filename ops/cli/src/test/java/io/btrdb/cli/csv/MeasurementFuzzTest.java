package io.btrdb.cli.csv;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class MeasurementFuzzTest {
  /** Buffers, and lines of up to 64 Ki characters, each of which may be a cell of its own. */
  private static final long FIXED_BYTES = 16L << 20;

  private static final DecoderLaw PLAIN = new DecoderLaw(CommandFailed.class, FIXED_BYTES, 1_024);

  /** Text that is compressed a thousand times, read row by row. */
  private static final DecoderLaw PACKED = new DecoderLaw(IOException.class, FIXED_BYTES, 1 << 20);

  static Stream<byte[]> files() {
    return Stream.of(
            "time,value\n1,2\n2,\"3\"\n",
            "2026-11-27T12:00:00Z;1,5\r\n2026-11-27T12:00:01Z;\r\n",
            "# comment\ntime\ta\tb\n1700000000000\tNaN\t1e999\n",
            "\ufefftime, \"a \"\"b\"\" c\", d\n1.5,,-inf\n\"",
            "\n\n,,,\n")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<byte[]> packedFiles() {
    return files().map(MeasurementFuzzTest::packed);
  }

  private static byte[] packed(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return packed.toByteArray();
  }

  @MethodSource("files")
  @FuzzTest
  void shouldReadAFileOrRefuseIt(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("measurements", ".csv");
    try {
      Files.write(file, bytes);
      PLAIN.decode(bytes, b -> rows(file));
    } finally {
      Files.delete(file);
    }
  }

  @MethodSource("packedFiles")
  @FuzzTest
  void shouldReadAPackedFileOrRefuseIt(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("measurements", ".csv.gz");
    try {
      Files.write(file, bytes);
      PACKED.decode(
          bytes,
          b -> {
            try {
              return rows(file);
            } catch (CommandFailed e) {
              throw new IOException(e);
            }
          });
    } finally {
      Files.delete(file);
    }
  }

  private static int rows(Path path) throws IOException {
    int good = 0;
    try (MeasurementFile file = MeasurementFile.open(path, CsvOptions.DEFAULTS)) {
      while (file.next()) {
        if (file.isGood()) {
          good++;
        } else if (file.problem().isEmpty()) {
          throw new AssertionError("a bad row without a problem");
        }
      }
    }
    return good;
  }

  @Test
  void shouldDoSoWithBentBytes() throws IOException {
    for (byte[] bytes : Bent.of(files()).toList()) {
      shouldReadAFileOrRefuseIt(bytes);
    }
    for (byte[] bytes : Bent.of(packedFiles()).toList()) {
      shouldReadAPackedFileOrRefuseIt(bytes);
    }
  }
}
