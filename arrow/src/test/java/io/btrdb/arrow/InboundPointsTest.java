package io.btrdb.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.TimeStampNanoTZVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType.FloatingPoint;
import org.apache.arrow.vector.types.pojo.ArrowType.Int;
import org.apache.arrow.vector.types.pojo.ArrowType.Timestamp;
import org.apache.arrow.vector.types.pojo.ArrowType.Utf8;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

/** What Arrow's own library writes is read here, and what nobody should write does no harm. */
class InboundPointsTest {
  private static final Field NANOS =
      Field.nullable("time", new Timestamp(TimeUnit.NANOSECOND, "UTC"));
  private static final Field FLOAT64 =
      Field.nullable("value", new FloatingPoint(FloatingPointPrecision.DOUBLE));

  private static Consumer<VectorSchemaRoot> rows(long first, int count) {
    return root -> {
      TimeStampNanoTZVector times = (TimeStampNanoTZVector) root.getVector(0);
      Float8Vector values = (Float8Vector) root.getVector(1);
      for (int i = 0; i < count; i++) {
        times.setSafe(i, first + i);
        values.setSafe(i, i / 2.0);
      }
      root.setRowCount(count);
    };
  }

  private static byte[] stream(int... batches) {
    List<Consumer<VectorSchemaRoot>> fillers = new ArrayList<>();
    Arrays.stream(batches).forEach(count -> fillers.add(rows(100, count)));
    try {
      return ReferenceReader.write(List.of(NANOS, FLOAT64), fillers);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static InboundPoints.Points read(byte[] bytes) throws IOException {
    return (InboundPoints.Points) InboundPoints.read(ByteBuffer.wrap(bytes), 1_000);
  }

  private static String refused(byte[] bytes) {
    return assertThrows(MalformedArrowException.class, () -> read(bytes)).getMessage();
  }

  @Test
  void shouldReadAllBatchesOfAStream() throws IOException {
    InboundPoints.Points points = read(stream(2, 0, 1));
    assertArrayEquals(new long[] {100, 101, 100}, points.times());
    assertArrayEquals(new double[] {0, 0.5, 0}, points.values());
    assertEquals(0, read(stream()).times().length);
  }

  @Test
  void shouldCountRowsBeforeItReadsThem() throws IOException {
    assertEquals(
        new InboundPoints.TooMany(1_001),
        InboundPoints.read(ByteBuffer.wrap(stream(600, 401)), 1_000));
    assertEquals(1_000, read(stream(600, 400)).times().length);
  }

  @Test
  void shouldCastTimesAndNumbers() throws IOException {
    byte[] bytes =
        ReferenceReader.write(
            List.of(
                Field.nullable("a", new Timestamp(TimeUnit.MILLISECOND, "UTC")),
                Field.nullable("b", new FloatingPoint(FloatingPointPrecision.SINGLE))),
            List.of(
                root -> {
                  TimeStampMilliTZVector times = (TimeStampMilliTZVector) root.getVector(0);
                  Float4Vector values = (Float4Vector) root.getVector(1);
                  long[] millis = {-1, 5, Long.MAX_VALUE / 2, Long.MIN_VALUE / 2};
                  for (int i = 0; i < millis.length; i++) {
                    times.setSafe(i, millis[i]);
                    values.setSafe(i, i + 0.25f);
                  }
                  root.setRowCount(millis.length);
                }));
    InboundPoints.Points points = read(bytes);
    assertArrayEquals(
        new long[] {-1_000_000, 5_000_000, Long.MAX_VALUE, Long.MIN_VALUE}, points.times());
    assertArrayEquals(new double[] {0.25, 1.25, 2.25, 3.25}, points.values());

    byte[] whole =
        ReferenceReader.write(
            List.of(
                Field.notNullable("a", new Int(64, true)),
                Field.notNullable("b", new Int(64, false))),
            List.of(
                root -> {
                  ((BigIntVector) root.getVector(0)).setSafe(0, 7);
                  ((UInt8Vector) root.getVector(1)).setSafe(0, -1);
                  root.setRowCount(1);
                }));
    assertArrayEquals(new long[] {7}, read(whole).times());
    assertArrayEquals(new double[] {0x1p64}, read(whole).values());
  }

  @Test
  void shouldSayWhatItDoesNotRead() throws IOException {
    byte[] text =
        ReferenceReader.write(List.of(Field.nullable("x", new Utf8()), FLOAT64), List.of());
    assertTrue(refused(text).contains("Utf8"), refused(text));
    byte[] three = ReferenceReader.write(List.of(NANOS, FLOAT64, FLOAT64), List.of());
    assertTrue(refused(three).contains("3 columns"), refused(three));
    byte[] narrow =
        ReferenceReader.write(List.of(Field.nullable("t", new Int(32, true)), FLOAT64), List.of());
    assertTrue(refused(narrow).contains("int32"), refused(narrow));
    byte[] missing =
        ReferenceReader.write(
            List.of(NANOS, FLOAT64),
            List.of(
                root -> {
                  rows(0, 2).accept(root);
                  root.getVector(1).setNull(1);
                }));
    assertTrue(refused(missing).contains("without a value"), refused(missing));
    Field dictionary =
        new Field(
            "v",
            new FieldType(true, new Int(32, true), new DictionaryEncoding(1, false, null)),
            List.of());
    byte[] encoded = new ArrowStreamBytes(List.of(NANOS, dictionary)).withoutDictionaries();
    assertTrue(refused(encoded).contains("dictionary"), refused(encoded));
    assertTrue(
        refused("no arrow here".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            .contains("not an Arrow"));
    assertTrue(refused(new byte[0]).contains("empty"));
  }

  @Test
  void shouldRefuseEveryPrefixThatCutsAMessage() throws IOException {
    byte[] whole = stream(5);
    int read = 0;
    for (int length = 0; length < whole.length; length++) {
      try {
        read(Arrays.copyOf(whole, length));
        read++;
      } catch (MalformedArrowException e) {
        assertTrue(e.getMessage().length() > 5);
      }
    }
    // After the schema, after the batch, and nowhere else: the end's mark may be missing.
    assertEquals(2, read);
  }

  @Test
  void shouldSurviveDamagedBytes() {
    long seed = Long.getLong("btrdb.arrow.seed", System.nanoTime());
    int rounds = Integer.getInteger("btrdb.arrow.rounds", 20_000);
    Random random = new Random(seed);
    byte[] sound = stream(3, 2);
    for (int i = 0; i < rounds; i++) {
      byte[] bytes = sound.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        int at = random.nextInt(bytes.length);
        bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(3) - 1);
      }
      try {
        assertTrue(read(bytes).times().length <= bytes.length, "seed " + seed);
      } catch (MalformedArrowException e) {
        assertTrue(e.getMessage().length() > 5, "seed " + seed);
      } catch (IOException | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + i, e);
      }
    }
  }

  /** A schema that Arrow's library writes only together with its dictionaries. */
  private record ArrowStreamBytes(List<Field> fields) {
    byte[] withoutDictionaries() {
      com.google.flatbuffers.FlatBufferBuilder builder =
          new com.google.flatbuffers.FlatBufferBuilder();
      int schema = new org.apache.arrow.vector.types.pojo.Schema(fields).getSchema(builder);
      org.apache.arrow.flatbuf.Message.startMessage(builder);
      org.apache.arrow.flatbuf.Message.addVersion(
          builder, org.apache.arrow.flatbuf.MetadataVersion.V5);
      org.apache.arrow.flatbuf.Message.addHeaderType(
          builder, org.apache.arrow.flatbuf.MessageHeader.Schema);
      org.apache.arrow.flatbuf.Message.addHeader(builder, schema);
      builder.finish(org.apache.arrow.flatbuf.Message.endMessage(builder));
      byte[] message = builder.sizedByteArray();
      int padded = (message.length + 7) & -8;
      return ByteBuffer.allocate(8 + padded)
          .order(java.nio.ByteOrder.LITTLE_ENDIAN)
          .putInt(-1)
          .putInt(padded)
          .put(message)
          .array();
    }
  }
}
