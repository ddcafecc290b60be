package io.btrdb.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class PointsFuzzTest {
  /** 16 bytes for each of the points that the smallest block of so many may stand for. */
  private static final DecoderLaw LAW =
      new DecoderLaw(MalformedBytesException.class, 1L << 20, 16 * 1_024);

  private record Decoded(long[] times, double[] values) {}

  static Stream<byte[]> blocks() {
    return IntStream.range(0, Columns.DOUBLE_KINDS).mapToObj(PointsFuzzTest::block);
  }

  private static byte[] block(int kind) {
    Random random = new Random(kind);
    int size = 20 + 150 * kind;
    ByteWriter out = new ByteWriter(64);
    PointsCodec.encode(
        Columns.longs(kind, size, random), Columns.doubles(kind, size, random), 0, size, out);
    return out.toByteArray();
  }

  @MethodSource("blocks")
  @FuzzTest
  void shouldDecodeABlockOrRefuseIt(byte[] bytes) {
    LAW.decode(bytes, PointsFuzzTest::decode).ifPresent(PointsFuzzTest::assertComesBack);
  }

  private static Decoded decode(byte[] bytes) {
    int count = PointsCodec.count(bytes, 0, bytes.length);
    Decoded decoded = new Decoded(new long[count], new double[count]);
    PointsCodec.decode(bytes, 0, bytes.length, decoded.times, decoded.values, 0);
    return decoded;
  }

  /** Not to the same bytes: others may say the same in more of them. */
  private static void assertComesBack(Decoded decoded) {
    ByteWriter out = new ByteWriter(64);
    PointsCodec.encode(decoded.times, decoded.values, 0, decoded.times.length, out);
    Decoded again = decode(out.toByteArray());
    assertArrayEquals(decoded.times, again.times);
    for (int i = 0; i < decoded.values.length; i++) {
      if (Double.doubleToRawLongBits(decoded.values[i])
          != Double.doubleToRawLongBits(again.values[i])) {
        throw new AssertionError(
            "value " + i + " was " + decoded.values[i] + ", is " + again.values[i]);
      }
    }
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(blocks()).forEach(this::shouldDecodeABlockOrRefuseIt);
  }
}
