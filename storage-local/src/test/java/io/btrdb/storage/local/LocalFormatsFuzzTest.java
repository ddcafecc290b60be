package io.btrdb.storage.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import io.btrdb.storage.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class LocalFormatsFuzzTest {
  private static final int SHARD = 5;
  private static final DecoderLaw LAW = DecoderLaw.refusing(IllegalArgumentException.class);

  /** Without their last line, which is a checksum that no bent bytes would pass. */
  static Stream<byte[]> manifests() {
    byte[] whole =
        new CheckpointManifest(
                new LogPosition(7, 99),
                List.of(
                    new CheckpointFile("000012.sst", 9L << 20, 0xABCD),
                    new CheckpointFile("CURRENT", 0, -1)))
            .encode();
    String text = new String(whole, StandardCharsets.US_ASCII);
    return Stream.of(
        text.substring(0, text.lastIndexOf("end ")).getBytes(StandardCharsets.US_ASCII));
  }

  static Stream<byte[]> headers() {
    return Stream.of(
        ExtentRecord.put(SHARD, 1L << 40, new byte[9], 17).header(),
        ExtentRecord.delete(SHARD, 0, 0).header());
  }

  @MethodSource("manifests")
  @FuzzTest
  void shouldReadAManifestOrRefuseIt(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    byte[] end =
        String.format("end %08x\n", (int) crc.getValue()).getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = Arrays.copyOf(body, body.length + end.length);
    System.arraycopy(end, 0, bytes, body.length, end.length);
    LAW.decode(bytes, CheckpointManifest::decode)
        .ifPresent(
            manifest -> assertEquals(manifest, CheckpointManifest.decode(manifest.encode())));
    LAW.decode(body, CheckpointManifest::decode);
  }

  @MethodSource("headers")
  @FuzzTest
  void shouldReadARecordOrSeeThatItIsNone(byte[] bytes) {
    byte[] header = Arrays.copyOf(bytes, ExtentRecord.HEADER_BYTES);
    LAW.decode(header, b -> Optional.ofNullable(ExtentRecord.parse(b, 0, SHARD)))
        .flatMap(record -> record)
        .ifPresent(record -> assertArrayEquals(header, record.header()));
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(manifests()).forEach(this::shouldReadAManifestOrRefuseIt);
    Bent.of(headers()).forEach(this::shouldReadARecordOrSeeThatItIsNone);
  }
}
