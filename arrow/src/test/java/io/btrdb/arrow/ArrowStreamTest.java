package io.btrdb.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** What is written here, Arrow's own library reads. */
class ArrowStreamTest {
  private static final long[] TIMES = {-3_000_000_001L, 0, 1, 1_700_000_000_123_456_789L};
  private static final double[] VALUES = {1.5, -0.0, Double.NaN, 1e300};

  private static byte[] points(ArrowSchema schema, int rows) {
    return new ArrowStream(schema)
        .chunk(rows, new Column.Longs(TIMES), new Column.Doubles(VALUES))
        .toByteArray();
  }

  private static ArrowSchema schema(ArrowType time, ArrowType value) {
    return new ArrowSchema(
        List.of(new ArrowField("t", time, false), new ArrowField("v", value, true)));
  }

  @Test
  void shouldWriteRawPointsAsTheContractSays() throws IOException {
    ReferenceReader.Table table = ReferenceReader.read(points(ArrowSchema.POINTS, 4));
    assertEquals(
        "Schema<time: Timestamp(NANOSECOND, UTC) not null, value: FloatingPoint(DOUBLE) not null>",
        table.schema().toString());
    assertEquals(1, table.batches());
    assertEquals(
        List.of(-3_000_000_001L, 0L, 1L, 1_700_000_000_123_456_789L), table.columns().get(0));
    assertEquals(List.of(1.5, -0.0, Double.NaN, 1e300), table.columns().get(1));
  }

  @Test
  void shouldWriteOnlyTheFirstRowsAndWithoutAnyNoBatch() throws IOException {
    assertEquals(
        List.of(-3_000_000_001L),
        ReferenceReader.read(points(ArrowSchema.POINTS, 1)).columns().get(0));
    ReferenceReader.Table empty = ReferenceReader.read(points(ArrowSchema.POINTS, 0));
    assertEquals(0, empty.batches());
    assertEquals(2, empty.schema().getFields().size());
  }

  @Test
  void shouldWriteWindowsWithCountsAsUnsigned() throws IOException {
    double[] d = {1, 2};
    byte[] bytes =
        new ArrowStream(ArrowSchema.WINDOWS)
            .chunk(
                2,
                new Column.Longs(new long[] {5, 6}),
                new Column.Doubles(d),
                new Column.Doubles(d),
                new Column.Doubles(d),
                new Column.Longs(new long[] {7, 8}),
                new Column.Doubles(d))
            .toByteArray();
    ReferenceReader.Table table = ReferenceReader.read(bytes);
    assertEquals(
        List.of("time", "min", "mean", "max", "count", "stddev"),
        table.schema().getFields().stream().map(Field::getName).toList());
    assertEquals("Int(64, false)", table.schema().getFields().get(4).getType().toString());
    assertEquals(List.of(7L, 8L), table.columns().get(4));
    assertTrue(table.schema().getFields().stream().noneMatch(Field::isNullable));
  }

  @Test
  void shouldCastAndRenameAsATemplateSays() throws IOException {
    ArrowSchema wanted =
        schema(
            new ArrowType.Timestamp(ArrowType.Unit.SECOND, "Europe/Berlin"),
            new ArrowType.Floating(32));
    byte[] template =
        new ArrowStream(wanted)
            .chunk(0, new Column.Longs(TIMES), new Column.Doubles(VALUES))
            .toByteArray();
    ArrowSchema read = ArrowStream.template(ByteBuffer.wrap(template), 2);
    assertEquals(wanted, read);
    ReferenceReader.Table table = ReferenceReader.read(points(read, 4));
    assertEquals("t", table.schema().getFields().get(0).getName());
    assertTrue(table.schema().getFields().get(1).isNullable());
    // Down, also before 1970.
    assertEquals(List.of(-4L, 0L, 0L, 1_700_000_000L), table.columns().get(0));
    assertEquals(List.of(1.5f, -0.0f, Float.NaN, Float.POSITIVE_INFINITY), table.columns().get(1));

    ArrowSchema halves = schema(new ArrowType.Whole(64, true), new ArrowType.Floating(16));
    table = ReferenceReader.read(points(halves, 2));
    assertEquals(List.of(-3_000_000_001L, 0L), table.columns().get(0));
    assertEquals(Float.floatToFloat16(1.5f), table.columns().get(1).get(0));
  }

  @Test
  void shouldRefuseTemplatesThatPointsDoNotFit() {
    for (ArrowSchema wrong :
        List.of(
            schema(new ArrowType.Whole(32, true), ArrowType.FLOAT64),
            schema(ArrowType.FLOAT64, ArrowType.FLOAT64),
            schema(ArrowType.NANOS_UTC, ArrowType.UINT64),
            ArrowSchema.WINDOWS)) {
      byte[] bytes = SchemaOnly.stream(wrong);
      MalformedArrowException refused =
          assertThrows(
              MalformedArrowException.class, () -> ArrowStream.template(ByteBuffer.wrap(bytes), 2));
      assertFalse(refused.getMessage().isBlank());
    }
  }

  @Test
  void shouldReadBackWhatItWrote() throws IOException {
    Random random = new Random(7);
    for (int rows : new int[] {0, 1, 3, 1_000, 65_536}) {
      long[] times = random.longs(rows).toArray();
      double[] values = random.doubles(rows).toArray();
      byte[] bytes =
          new ArrowStream(ArrowSchema.POINTS)
              .chunk(rows, new Column.Longs(times), new Column.Doubles(values))
              .toByteArray();
      InboundPoints.Points points =
          (InboundPoints.Points) InboundPoints.read(ByteBuffer.wrap(bytes), 65_536);
      assertArrayEquals(times, points.times());
      assertArrayEquals(values, points.values());
    }
  }
}
