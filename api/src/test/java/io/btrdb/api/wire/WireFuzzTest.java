package io.btrdb.api.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.api.v5.MergePolicy;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class WireFuzzTest {
  private static final DecoderLaw LAW = DecoderLaw.refusing(IOException.class);
  private static final long[] TIMES = {0, -1, 1L << 60, Long.MIN_VALUE};
  private static final double[] VALUES = {0, -0.0, Double.NaN, 1e300};

  static Stream<byte[]> inserts() {
    return Stream.of(
        insert(0, OptionalInt.empty()),
        insert(1, OptionalInt.of(-3)),
        insert(4, OptionalInt.of(9)));
  }

  private static byte[] insert(int size, OptionalInt rounding) {
    return InsertMessage.of(new UUID(1, 2), TIMES, VALUES, size, MergePolicy.RETAIN, rounding)
        .encode();
  }

  static Stream<byte[]> rawValues() {
    return Stream.of(
        RawValuesMessage.of(11, 3, TIMES, VALUES, 0, 4).encode(),
        RawValuesMessage.of(-1, -1, TIMES, VALUES, 0, 0).encode());
  }

  private static <T> T decode(byte[] bytes, Decoder<T> decoder) throws IOException {
    return decoder.decode(new ByteArrayInputStream(bytes));
  }

  private interface Decoder<T> {
    T decode(ByteArrayInputStream stream) throws IOException;
  }

  @MethodSource("inserts")
  @FuzzTest
  void shouldReadAnInsertOrRefuseIt(byte[] bytes) throws IOException {
    var insert = LAW.decode(bytes, b -> decode(b, InsertMessage::decode));
    if (insert.isPresent()) {
      byte[] again = insert.get().encode();
      assertArrayEquals(again, decode(again, InsertMessage::decode).encode());
    }
  }

  @MethodSource("rawValues")
  @FuzzTest
  void shouldReadRawValuesOrRefuseThem(byte[] bytes) throws IOException {
    var values = LAW.decode(bytes, b -> decode(b, RawValuesMessage::decode));
    if (values.isPresent()) {
      byte[] again = values.get().encode();
      assertArrayEquals(again, decode(again, RawValuesMessage::decode).encode());
    }
  }

  /** Field numbers are those of raw values, so their samples lead into these too. */
  @MethodSource("rawValues")
  @FuzzTest
  void shouldReadWindowsOrRefuseThem(byte[] bytes) throws IOException {
    var windows = LAW.decode(bytes, b -> decode(b, StatPointsMessage::decode));
    if (windows.isPresent()) {
      byte[] again = windows.get().encode();
      assertArrayEquals(again, decode(again, StatPointsMessage::decode).encode());
    }
  }

  @Test
  void shouldDoSoWithBentBytes() throws Exception {
    for (byte[] bytes : Bent.of(inserts()).toList()) {
      shouldReadAnInsertOrRefuseIt(bytes);
    }
    for (byte[] bytes : Bent.of(rawValues()).toList()) {
      shouldReadRawValuesOrRefuseThem(bytes);
    }
    for (byte[] bytes : Bent.of(rawValues()).toList()) {
      shouldReadWindowsOrRefuseThem(bytes);
    }
  }
}
