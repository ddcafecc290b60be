package io.btrdb.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.backup.BackupManifest.Group;
import io.btrdb.backup.BackupManifest.Range;
import io.btrdb.backup.BackupManifest.Segment;
import io.btrdb.backup.BackupManifest.StateFile;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import io.btrdb.storage.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestFuzzTest {
  private static final DecoderLaw LAW = DecoderLaw.refusing(BackupException.class);

  /** Without their last line, which is a checksum that no bent bytes would pass. */
  static Stream<byte[]> bodies() {
    String digest = "0123456789abcdef".repeat(4);
    List<StateFile> files = List.of(new StateFile("CURRENT", 16, digest));
    List<Segment> segments = List.of(new Segment(5, 1L << 40, digest));
    byte[] whole =
        ManifestText.encode(
            new BackupManifest(
                "20261127T120000Z",
                new UUID(1, 2),
                "plant of the south",
                1,
                2,
                "0.1.0",
                List.of(
                    new Group(
                        Optional.of(new Range(0, 0, 4096)),
                        new LogPosition(3, 17),
                        files,
                        segments),
                    new Group(Optional.empty(), new LogPosition(2, 5), files, List.of()))));
    String text = new String(whole, StandardCharsets.UTF_8);
    return Stream.of(text.substring(0, text.lastIndexOf("end ")).getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("bodies")
  @FuzzTest
  void shouldReadAManifestOrRefuseIt(byte[] bytes) {
    String body = new String(bytes, StandardCharsets.UTF_8);
    byte[] sealed =
        (body + "end " + Sha256.of(body.getBytes(StandardCharsets.UTF_8)) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    LAW.decode(sealed, b -> ManifestText.decode("it", b))
        .ifPresent(
            manifest ->
                assertEquals(manifest, ManifestText.decode("it", ManifestText.encode(manifest))));
    LAW.decode(bytes, b -> ManifestText.decode("it", b));
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(bodies()).forEach(this::shouldReadAManifestOrRefuseIt);
  }
}
