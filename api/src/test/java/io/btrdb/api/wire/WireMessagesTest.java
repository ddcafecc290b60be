package io.btrdb.api.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.MergePolicy;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.v5.RoundSpec;
import io.btrdb.api.v5.StatPoint;
import io.btrdb.api.v5.Status;
import io.btrdb.api.v5.WindowsResponse;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WireMessagesTest {
  private static final int ROUNDS = Integer.getInteger("wire.rounds", 2_000);
  private static final long SEED = Long.getLong("wire.seed", 20261121L);

  @Test
  void shouldWriteAnInsertAsTheGeneratedClassDoes() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(SEED + round);
      InsertParams generated = randomInsert(random);
      InsertMessage ours = InsertMessage.decode(in(generated.toByteArray()));
      assertSame(generated, ours, SEED + round);
      assertArrayEquals(generated.toByteArray(), ours.encode(), "seed " + (SEED + round));
    }
  }

  @Test
  void shouldWriteRawValuesAsTheGeneratedClassDoes() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      RawValuesResponse generated = randomRawValues(new Random(SEED + round));
      RawValuesMessage ours = RawValuesMessage.decode(in(generated.toByteArray()));
      assertEquals(generated, generated(ours), "seed " + (SEED + round));
      assertArrayEquals(generated.toByteArray(), ours.encode(), "seed " + (SEED + round));
    }
  }

  @Test
  void shouldWriteWindowsAsTheGeneratedClassDoes() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      WindowsResponse generated = randomWindows(new Random(SEED + round));
      StatPointsMessage ours = StatPointsMessage.decode(in(generated.toByteArray()));
      assertEquals(generated, generated(ours), "seed " + (SEED + round));
      assertArrayEquals(generated.toByteArray(), ours.encode(), "seed " + (SEED + round));
    }
  }

  @Test
  void shouldEncodeSlicesOfTheCallersColumns() throws Exception {
    long[] times = {1, 2, 3, 4};
    double[] values = {10, 20, 30, 40};
    byte[] raw = RawValuesMessage.of(12, 3, times, values, 1, 3).encode();
    RawValuesResponse parsed = RawValuesResponse.parseFrom(raw);
    assertEquals(12, parsed.getVersionMajor());
    assertEquals(3, parsed.getVersionMinor());
    assertEquals(2, parsed.getValuesCount());
    assertEquals(3, parsed.getValues(1).getTime());
    StatPointColumns columns = StatPointColumns.ofCapacity(3);
    columns.starts()[2] = 7;
    columns.counts()[2] = 9;
    WindowsResponse windows =
        WindowsResponse.parseFrom(StatPointsMessage.of(12, 0, columns, 2, 3).encode());
    assertEquals(1, windows.getValuesCount());
    assertEquals(9, windows.getValues(0).getCount());
  }

  @Test
  void shouldKeepAnErrorInItsStatus() throws Exception {
    Status status = Status.newBuilder().setCode(404).setMsg("stream does not exist").build();
    assertEquals(
        status,
        RawValuesMessage.decode(in(RawValuesMessage.failed(status).encode())).status().get());
    assertEquals(
        status,
        StatPointsMessage.decode(in(StatPointsMessage.failed(status).encode())).status().get());
  }

  @Test
  void shouldReadFieldsInAnyOrderWithUnknownOnesBetween() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(SEED + round);
      byte[] bytes = shuffledInsert(random);
      assertSame(InsertParams.parseFrom(bytes), InsertMessage.decode(in(bytes)), SEED + round);
    }
  }

  @Test
  void shouldAgreeWithTheGeneratedParserAboutDamagedBytes() {
    int refused = 0;
    for (int round = 0; round < ROUNDS * 5; round++) {
      Random random = new Random(SEED + round);
      refused += agreeOnInsert(damage(randomInsert(random).toByteArray(), random), SEED + round);
      refused += agreeOnRaw(damage(randomRawValues(random).toByteArray(), random), SEED + round);
      refused += agreeOnWindows(damage(randomWindows(random).toByteArray(), random), SEED + round);
      byte[] noise = new byte[random.nextInt(64)];
      random.nextBytes(noise);
      refused += agreeOnInsert(noise, SEED + round);
    }
    assertTrue(refused > ROUNDS, "the damage should have been refused often, was " + refused);
  }

  @Test
  void shouldRefuseEveryTruncationInsideAPoint() {
    InsertParams params =
        InsertParams.newBuilder()
            .setUuid(UuidBytes.of(new UUID(1, 2)))
            .addValues(RawPoint.newBuilder().setTime(5).setValue(6))
            .build();
    byte[] whole = params.toByteArray();
    int head = whole.length - 20;
    for (int length = head + 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> InsertMessage.decode(in(cut)));
    }
  }

  @Test
  void shouldTurnMalformedBytesIntoAStatus() {
    StatusRuntimeException refusal =
        assertThrows(
            StatusRuntimeException.class,
            () -> HotMethods.insert().parseRequest(in(new byte[] {0x1A, 0x12, 0x09})));
    assertEquals(io.grpc.Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode());
    assertEquals("v5api.BTrDB/Insert", HotMethods.insert().getFullMethodName());
    assertEquals("v5api.BTrDB/RawValues", HotMethods.rawValues().getFullMethodName());
    assertEquals("v5api.BTrDB/Windows", HotMethods.windows().getFullMethodName());
    assertEquals("v5api.BTrDB/AlignedWindows", HotMethods.alignedWindows().getFullMethodName());
  }

  @Test
  void shouldRefuseMorePointsThanAMessageMayHold() {
    byte[] bytes = new byte[2 * (InsertMessage.MAX_POINTS + 1)];
    for (int i = 0; i < bytes.length; i += 2) {
      bytes[i] = 0x1A;
    }
    assertThrows(IOException.class, () -> InsertMessage.decode(in(bytes)));
  }

  @Test
  void shouldRefuseDeeplyNestedGroups() {
    byte[] bytes = new byte[100_000];
    Arrays.fill(bytes, (byte) 0x7B);
    assertThrows(IOException.class, () -> InsertMessage.decode(in(bytes)));
  }

  @Test
  void shouldDrainAnEncodedMessageInOnePiece() throws Exception {
    InsertMessage message =
        InsertMessage.of(
            new UUID(3, 4),
            new long[] {1, 2},
            new double[] {0.0, -0.0},
            2,
            MergePolicy.REPLACE,
            OptionalInt.of(-3));
    var stream = (EncodedMessage) HotMethods.insert().streamRequest(message);
    int size = stream.available();
    var out = new ByteArrayOutputStream();
    assertEquals(size, stream.drainTo(out));
    InsertMessage back = InsertMessage.decode(in(out.toByteArray()));
    assertEquals(new UUID(3, 4), back.uuid().orElseThrow());
    assertEquals(OptionalInt.of(-3), back.roundingBits());
    assertEquals(Double.doubleToRawLongBits(-0.0), Double.doubleToRawLongBits(back.values()[1]));
  }

  private static ByteArrayInputStream in(byte[] bytes) {
    return new EncodedMessage(bytes);
  }

  private static byte[] damage(byte[] bytes, Random random) {
    byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    for (int i = random.nextInt(3); i > 0 && damaged.length > 0; i--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }

  private static int agreeOnInsert(byte[] bytes, long seed) {
    try {
      InsertParams generated = InsertParams.parseFrom(bytes);
      assertSame(generated, InsertMessage.decode(in(bytes)), seed);
      return 0;
    } catch (InvalidProtocolBufferException e) {
      assertThrows(IOException.class, () -> InsertMessage.decode(in(bytes)), "seed " + seed);
      return 1;
    } catch (IOException e) {
      throw new AssertionError("refused what protobuf takes, seed " + seed, e);
    }
  }

  private static int agreeOnRaw(byte[] bytes, long seed) {
    try {
      RawValuesResponse generated = RawValuesResponse.parseFrom(bytes);
      assertSameBytes(generated, generated(RawValuesMessage.decode(in(bytes))), seed);
      return 0;
    } catch (InvalidProtocolBufferException e) {
      assertThrows(IOException.class, () -> RawValuesMessage.decode(in(bytes)), "seed " + seed);
      return 1;
    } catch (IOException e) {
      throw new AssertionError("refused what protobuf takes, seed " + seed, e);
    }
  }

  private static int agreeOnWindows(byte[] bytes, long seed) {
    try {
      WindowsResponse generated = WindowsResponse.parseFrom(bytes);
      assertSameBytes(generated, generated(StatPointsMessage.decode(in(bytes))), seed);
      return 0;
    } catch (InvalidProtocolBufferException e) {
      assertThrows(IOException.class, () -> StatPointsMessage.decode(in(bytes)), "seed " + seed);
      return 1;
    } catch (IOException e) {
      throw new AssertionError("refused what protobuf takes, seed " + seed, e);
    }
  }

  /** Equal but for unknown fields, which our messages do not keep at any level. */
  private static void assertSameBytes(MessageLite generated, MessageLite ours, long seed) {
    assertEquals(withoutUnknown(generated), ours, "seed " + seed);
  }

  private static MessageLite withoutUnknown(MessageLite message) {
    if (message instanceof RawValuesResponse raw) {
      var clean = RawValuesResponse.newBuilder();
      if (raw.hasStat()) {
        clean.setStat(raw.getStat());
      }
      clean.setVersionMajor(raw.getVersionMajor()).setVersionMinor(raw.getVersionMinor());
      raw.getValuesList()
          .forEach(
              p ->
                  clean.addValues(
                      RawPoint.newBuilder().setTime(p.getTime()).setValue(p.getValue())));
      return clean.build();
    }
    var windows = (WindowsResponse) message;
    var clean = WindowsResponse.newBuilder();
    if (windows.hasStat()) {
      clean.setStat(windows.getStat());
    }
    clean.setVersionMajor(windows.getVersionMajor()).setVersionMinor(windows.getVersionMinor());
    windows
        .getValuesList()
        .forEach(
            p ->
                clean.addValues(
                    stat(
                        p.getTime(),
                        p.getMin(),
                        p.getMean(),
                        p.getMax(),
                        p.getCount(),
                        p.getStddev())));
    return clean.build();
  }

  private static void assertSame(InsertParams generated, InsertMessage ours, long seed) {
    String message = "seed " + seed;
    assertEquals(UuidBytes.parse(generated.getUuid()), ours.uuid(), message);
    assertEquals(generated.getSync(), ours.sync(), message);
    assertEquals(generated.getMergePolicy(), ours.policy(), message);
    assertEquals(
        generated.getRounding().hasBits()
            ? OptionalInt.of(generated.getRounding().getBits())
            : OptionalInt.empty(),
        ours.roundingBits(),
        message);
    assertEquals(generated.getValuesCount(), ours.size(), message);
    for (int i = 0; i < ours.size(); i++) {
      assertEquals(generated.getValues(i).getTime(), ours.times()[i], message);
      assertEquals(
          Double.doubleToRawLongBits(generated.getValues(i).getValue()),
          Double.doubleToRawLongBits(ours.values()[i]),
          message);
    }
  }

  private static RawValuesResponse generated(RawValuesMessage ours) {
    var builder =
        RawValuesResponse.newBuilder()
            .setVersionMajor(ours.versionMajor())
            .setVersionMinor(ours.versionMinor());
    ours.status().ifPresent(builder::setStat);
    for (int i = 0; i < ours.size(); i++) {
      builder.addValues(RawPoint.newBuilder().setTime(ours.times()[i]).setValue(ours.values()[i]));
    }
    return builder.build();
  }

  private static WindowsResponse generated(StatPointsMessage ours) {
    var builder =
        WindowsResponse.newBuilder()
            .setVersionMajor(ours.versionMajor())
            .setVersionMinor(ours.versionMinor());
    ours.status().ifPresent(builder::setStat);
    StatPointColumns c = ours.columns();
    for (int i = 0; i < ours.size(); i++) {
      builder.addValues(
          stat(c.starts()[i], c.min()[i], c.mean()[i], c.max()[i], c.counts()[i], c.stddev()[i]));
    }
    return builder.build();
  }

  private static StatPoint stat(
      long time, double min, double mean, double max, long count, double stddev) {
    return StatPoint.newBuilder()
        .setTime(time)
        .setMin(min)
        .setMean(mean)
        .setMax(max)
        .setCount(count)
        .setStddev(stddev)
        .build();
  }

  private static InsertParams randomInsert(Random random) {
    var builder = InsertParams.newBuilder().setSync(random.nextBoolean());
    byte[] uuid = new byte[random.nextInt(8) == 0 ? random.nextInt(200) : 16];
    random.nextBytes(uuid);
    builder.setUuid(ByteString.copyFrom(uuid));
    builder.setMergePolicyValue(random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(4));
    if (random.nextBoolean()) {
      builder.setRounding(RoundSpec.newBuilder().setBits(random.nextInt(64) - 8));
    }
    for (int i = random.nextInt(40); i > 0; i--) {
      builder.addValues(RawPoint.newBuilder().setTime(time(random)).setValue(value(random)));
    }
    return builder.build();
  }

  private static RawValuesResponse randomRawValues(Random random) {
    var builder =
        RawValuesResponse.newBuilder()
            .setVersionMajor(Math.abs(time(random)))
            .setVersionMinor(random.nextInt(100));
    if (random.nextInt(5) == 0) {
      builder.setStat(
          Status.newBuilder().setCode(random.nextInt(600)).setMsg("nö " + random.nextInt()));
    }
    for (int i = random.nextInt(40); i > 0; i--) {
      builder.addValues(RawPoint.newBuilder().setTime(time(random)).setValue(value(random)));
    }
    return builder.build();
  }

  private static WindowsResponse randomWindows(Random random) {
    var builder =
        WindowsResponse.newBuilder()
            .setVersionMajor(random.nextInt(100))
            .setVersionMinor(random.nextInt(3));
    if (random.nextInt(5) == 0) {
      builder.setStat(Status.newBuilder().setCode(random.nextInt(600)).setMsg("no"));
    }
    for (int i = random.nextInt(40); i > 0; i--) {
      builder.addValues(
          stat(
              time(random),
              value(random),
              value(random),
              value(random),
              time(random),
              value(random)));
    }
    return builder.build();
  }

  private static long time(Random random) {
    return random.nextInt(4) == 0 ? 0 : random.nextLong() >> random.nextInt(64);
  }

  /** No NaN: generated messages compare it by its canonical bits. */
  private static double value(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> 0.0;
      case 1 -> -0.0;
      case 2 -> Double.NEGATIVE_INFINITY;
      default -> random.nextGaussian();
    };
  }

  private static byte[] shuffledInsert(Random random) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (int i = random.nextInt(30); i > 0; i--) {
      switch (random.nextInt(9)) {
        case 0 -> out.writeBytes(1, ByteString.copyFrom(new byte[random.nextBoolean() ? 16 : 3]));
        case 1 -> out.writeBool(2, random.nextBoolean());
        case 2 -> out.writeEnum(4, random.nextInt(6));
        case 3 -> out.writeMessage(5, RoundSpec.newBuilder().setBits(random.nextInt(60)).build());
        case 4 -> out.writeFixed32(900, 7);
        case 5 -> out.writeGroup(77, RawPoint.newBuilder().setTime(9).build());
        case 6 -> out.writeInt64(3, random.nextLong());
        case 7 -> out.writeByteArray(3, twiceTheTime(random));
        default ->
            out.writeMessage(
                3, RawPoint.newBuilder().setTime(time(random)).setValue(value(random)).build());
      }
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] twiceTheTime(Random random) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeDouble(2, value(random));
    out.writeSFixed64(1, random.nextLong());
    out.writeString(12, "unknown");
    out.writeSFixed64(1, random.nextLong());
    out.flush();
    return bytes.toByteArray();
  }
}
