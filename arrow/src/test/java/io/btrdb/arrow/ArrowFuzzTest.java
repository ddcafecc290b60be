package io.btrdb.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.btrdb.fuzzing.Bent;
import io.btrdb.fuzzing.DecoderLaw;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class ArrowFuzzTest {
  private static final int LIMIT = 10_000;
  private static final DecoderLaw LAW = DecoderLaw.refusing(MalformedArrowException.class);

  static Stream<byte[]> streams() {
    long[] times = {0, -1, 1L << 60, Long.MIN_VALUE, 5};
    double[] values = {0, -0.0, Double.NaN, 1e300, 5};
    return Stream.of(
        points(times, values, 0),
        points(times, values, 5),
        new ArrowStream(ArrowSchema.WINDOWS).chunk(0, columnsOfNothing(6)).toByteArray(),
        new ArrowStream(ArrowSchema.joined(List.of("a", "b")))
            .chunk(0, columnsOfNothing(3))
            .toByteArray());
  }

  private static byte[] points(long[] times, double[] values, int rows) {
    return new ArrowStream(ArrowSchema.POINTS)
        .chunk(rows, new Column.Longs(times), new Column.Doubles(values))
        .toByteArray();
  }

  private static Column[] columnsOfNothing(int count) {
    Column[] columns = new Column[count];
    for (int i = 0; i < count; i++) {
      columns[i] =
          i == 0 || i == 4 ? new Column.Longs(new long[0]) : new Column.Doubles(new double[0]);
    }
    return columns;
  }

  @MethodSource("streams")
  @FuzzTest
  void shouldReadPointsOrRefuseThem(byte[] bytes) {
    LAW.decode(bytes, b -> InboundPoints.read(ByteBuffer.wrap(b), LIMIT))
        .ifPresent(
            inbound -> {
              if (inbound instanceof InboundPoints.Points points) {
                assertEquals(points.times().length, points.values().length);
                assertTrue(points.times().length <= LIMIT);
              }
            });
  }

  @MethodSource("streams")
  @FuzzTest
  void shouldReadATemplateOrRefuseIt(byte[] bytes) {
    LAW.decode(bytes, b -> ArrowStream.template(ByteBuffer.wrap(b), 2))
        .ifPresent(schema -> assertEquals(2, schema.fields().size()));
  }

  @Test
  void shouldDoSoWithBentBytes() {
    Bent.of(streams()).forEach(this::shouldReadPointsOrRefuseThem);
    Bent.of(streams()).forEach(this::shouldReadATemplateOrRefuseIt);
  }
}
