package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.ArrowAlignedWindowsResponse;
import io.btrdb.api.v5.ArrowInsertParams;
import io.btrdb.api.v5.ArrowMultiValuesParams;
import io.btrdb.api.v5.ArrowMultiValuesResponse;
import io.btrdb.api.v5.ArrowRawValuesParams;
import io.btrdb.api.v5.ArrowRawValuesResponse;
import io.btrdb.api.v5.ArrowWindowsResponse;
import io.btrdb.api.v5.InsertResponse;
import io.btrdb.api.v5.MergePolicy;
import io.btrdb.api.v5.MultiRawValuesParams;
import io.btrdb.api.v5.MultiRawValuesResponse;
import io.btrdb.api.v5.RoundSpec;
import io.btrdb.api.v5.Status;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.arrow.ArrowField;
import io.btrdb.arrow.ArrowSchema;
import io.btrdb.arrow.ArrowStream;
import io.btrdb.arrow.ArrowType;
import io.btrdb.arrow.Column;
import io.btrdb.arrow.InboundPoints;
import io.btrdb.arrow.MalformedArrowException;
import io.btrdb.tree.TimeRange;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract's Arrow methods and reads of several streams: answers, rules and codes. */
@Timeout(60)
class ArrowCodesTest {
  private static final UUID NOBODY = UUID.randomUUID();
  private static final ArrowStream POINTS = new ArrowStream(ArrowSchema.POINTS);
  private static TestDoor door;

  @BeforeAll
  static void open() {
    door = new TestDoor();
  }

  @AfterAll
  static void close() {
    door.close();
  }

  private static void assertCode(int code, Status stat) {
    assertEquals(code, stat.getCode(), stat.getMsg());
    assertTrue(stat.getMsg().length() > 10, () -> "a sentence, not \"" + stat.getMsg() + "\"");
  }

  private static <T> List<T> all(Iterator<T> answers) {
    List<T> all = new ArrayList<>();
    answers.forEachRemaining(all::add);
    return all;
  }

  private static <T> T only(Iterator<T> answers) {
    List<T> all = all(answers);
    assertEquals(1, all.size());
    return all.get(0);
  }

  private static InboundPoints.Points points(ByteString arrow) {
    try {
      return (InboundPoints.Points)
          InboundPoints.read(arrow.asReadOnlyByteBuffer(), Limits.COLUMN_POINTS);
    } catch (MalformedArrowException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteString stream(ArrowSchema schema, long[] times, double[] values) {
    return ByteString.copyFrom(
        new ArrowStream(schema)
            .chunk(times.length, new Column.Longs(times), new Column.Doubles(values))
            .toByteArray());
  }

  private static ByteString stream(long[] times, double[] values) {
    return stream(ArrowSchema.POINTS, times, values);
  }

  // ---- raw values

  private static Iterator<ArrowRawValuesResponse> raw(UUID uuid, long end, ByteString template) {
    return door.v5()
        .arrowRawValues(
            ArrowRawValuesParams.newBuilder()
                .setUuid(bytes(uuid))
                .setEnd(end)
                .setTemplateBytes(template)
                .build());
  }

  @Test
  void shouldStreamRawValuesInWholeStreamsBelowTheMessageLimit() {
    int count = 200_000;
    long next = 0;
    for (ArrowRawValuesResponse message :
        all(raw(door.streamOf(count, 3), 3L * count, ByteString.EMPTY))) {
      assertFalse(message.hasStat());
      assertEquals(10, message.getVersionMajor());
      assertEquals(count, message.getVersionMinor());
      assertTrue(message.getSerializedSize() < Limits.OUTBOUND_MESSAGE_BYTES);
      InboundPoints.Points points = points(message.getArrowBytes());
      for (int i = 0; i < points.times().length; i++) {
        assertEquals(3 * next, points.times()[i]);
        assertEquals(next++, points.values()[i]);
      }
    }
    assertEquals(count, next);
  }

  @Test
  void shouldAnswerAnEmptyRangeWithASchemaAndTheVersion() {
    ArrowRawValuesResponse empty = only(raw(door.data.create(), 10, ByteString.EMPTY));
    assertEquals(10, empty.getVersionMajor());
    assertEquals(0, points(empty.getArrowBytes()).times().length);
  }

  @Test
  void shouldRefuseRawValuesLikeTheOtherForm() {
    assertCode(404, only(raw(NOBODY, 10, ByteString.EMPTY)).getStat());
    assertCode(413, only(raw(NOBODY, 0, ByteString.EMPTY)).getStat());
    assertCode(413, only(raw(NOBODY, TimeRange.MAX, ByteString.EMPTY)).getStat());
    assertCode(
        421,
        only(door.v5().arrowRawValues(ArrowRawValuesParams.newBuilder().setEnd(5).build()))
            .getStat());
  }

  @Test
  void shouldCastAndRenameByTemplate() throws MalformedArrowException {
    ArrowSchema wanted =
        new ArrowSchema(
            List.of(
                ArrowField.of("t", new ArrowType.Whole(64, true)),
                ArrowField.of("v", new ArrowType.Floating(32))));
    ByteString template = stream(wanted, new long[0], new double[0]);
    ByteString answer = only(raw(door.streamOf(3, 5), 100, template)).getArrowBytes();
    assertEquals(wanted, ArrowStream.template(answer.asReadOnlyByteBuffer(), 2));
    assertArrayEquals(new long[] {0, 5, 10}, points(answer).times());
  }

  @Test
  void shouldRefuseTemplatesThatCannotBeFollowed() {
    UUID s = door.streamOf(3, 5);
    assertCode(421, only(raw(s, 10, ByteString.copyFromUtf8("nonsense"))).getStat());
    ByteString three =
        ByteString.copyFrom(
            new ArrowStream(ArrowSchema.joined(List.of("a", "b")))
                .chunk(
                    0,
                    new Column.Longs(new long[0]),
                    new Column.Doubles(new double[0]),
                    new Column.Doubles(new double[0]))
                .toByteArray());
    assertCode(421, only(raw(s, 10, three)).getStat());
  }

  // ---- windows

  @Test
  void shouldAnswerWindowsAsArrowAndRefuseThemWithTheSameCodes() {
    UUID s = door.streamOf(100, 1);
    WindowsParams windows =
        WindowsParams.newBuilder().setUuid(bytes(s)).setEnd(100).setWidth(10).build();
    ArrowWindowsResponse ten = only(door.v5().arrowWindows(windows));
    assertFalse(ten.hasStat());
    assertEquals(10, ten.getVersionMajor());
    assertTrue(ten.getArrowBytes().size() > 10 * 48);
    assertCode(
        415, only(door.v5().arrowWindows(windows.toBuilder().setWidth(0).build())).getStat());
    assertCode(
        413, only(door.v5().arrowWindows(windows.toBuilder().setWidth(101).build())).getStat());

    AlignedWindowsParams aligned =
        AlignedWindowsParams.newBuilder().setUuid(bytes(s)).setEnd(64).setPointWidth(4).build();
    ArrowAlignedWindowsResponse four = only(door.v5().arrowAlignedWindows(aligned));
    assertFalse(four.hasStat());
    assertTrue(four.getArrowBytes().size() > 4 * 48);
    assertCode(
        415,
        only(door.v5().arrowAlignedWindows(aligned.toBuilder().setPointWidth(64).build()))
            .getStat());
    assertCode(
        404,
        only(door.v5().arrowAlignedWindows(aligned.toBuilder().setUuid(bytes(NOBODY)).build()))
            .getStat());
  }

  // ---- insert

  private static InsertResponse insert(UUID uuid, ByteString arrow) {
    return door.v5()
        .arrowInsert(
            ArrowInsertParams.newBuilder().setUuid(bytes(uuid)).setArrowBytes(arrow).build());
  }

  @Test
  void shouldInsertWhatItReads() {
    UUID s = door.data.create();
    int count = Limits.INLINE_POINTS * 10;
    long[] times = LongStream.range(0, count).map(i -> count - i).toArray();
    InsertResponse done = insert(s, stream(times, new double[count]));
    assertFalse(done.hasStat(), done.toString());
    assertEquals(10, done.getVersionMajor());
    assertEquals(count, done.getVersionMinor());
    assertEquals(
        1, insert(door.data.create(), stream(new long[] {5}, new double[1])).getVersionMinor());
    ArrowRawValuesResponse read = all(raw(s, count + 1, ByteString.EMPTY)).get(0);
    assertEquals(1, points(read.getArrowBytes()).times()[0]);
  }

  @Test
  void shouldRefuseInsertsWithTheCodesOfTheOtherForm() {
    UUID s = door.data.create();
    assertCode(421, insert(s, ByteString.EMPTY).getStat());
    assertCode(421, insert(s, ByteString.copyFromUtf8("points, honestly")).getStat());
    assertCode(413, insert(s, stream(new long[] {TimeRange.MAX}, new double[1])).getStat());
    assertCode(425, insert(s, stream(new long[] {1}, new double[] {Double.NaN})).getStat());
    int tooMany = Limits.INSERT_POINTS + 1;
    assertCode(414, insert(s, stream(new long[tooMany], new double[tooMany])).getStat());
    assertCode(404, insert(NOBODY, stream(new long[] {1}, new double[1])).getStat());
    assertEquals(10, insert(s, stream(new long[0], new double[0])).getVersionMajor());
    ArrowInsertParams params =
        ArrowInsertParams.newBuilder()
            .setUuid(bytes(s))
            .setArrowBytes(stream(new long[] {1}, new double[1]))
            .build();
    assertCode(
        421, door.v5().arrowInsert(params.toBuilder().setMergePolicyValue(9).build()).getStat());
    assertCode(
        421,
        door.v5()
            .arrowInsert(params.toBuilder().setRounding(RoundSpec.newBuilder().setBits(60)).build())
            .getStat());
    assertCode(
        421, door.v5().arrowInsert(params.toBuilder().setUuid(ByteString.EMPTY).build()).getStat());
    assertFalse(
        door.v5()
            .arrowInsert(params.toBuilder().setMergePolicy(MergePolicy.REPLACE).build())
            .hasStat());
  }

  // ---- several streams

  private static ArrowMultiValuesParams.Builder join(UUID... streams) {
    ArrowMultiValuesParams.Builder params = ArrowMultiValuesParams.newBuilder().setEnd(1_000);
    for (UUID stream : streams) {
      params.addUuid(bytes(stream)).addVersionMajor(0);
    }
    return params;
  }

  private static Status refused(ArrowMultiValuesParams.Builder params) {
    return only(door.v5().arrowMultiValues(params.build())).getStat();
  }

  @Test
  void shouldJoinStreamsUnderTheirNames() throws MalformedArrowException {
    UUID a = door.streamOf(10, 2);
    UUID b = door.streamOf(10, 3);
    ArrowMultiValuesResponse joined = only(door.v5().arrowMultiValues(join(a, b).build()));
    assertFalse(joined.hasStat());
    assertEquals(
        ArrowSchema.joined(List.of(a.toString(), b.toString())),
        ArrowStream.template(joined.getArrowBytes().asReadOnlyByteBuffer(), 3));
    ArrowMultiValuesResponse none =
        only(door.v5().arrowMultiValues(join(door.data.create()).build()));
    assertEquals(0, points(none.getArrowBytes()).times().length);
  }

  @Test
  void shouldRefuseJoinsThatAreNone() {
    UUID s = door.streamOf(10, 2);
    assertCode(421, refused(join()));
    assertCode(421, refused(join(s).addVersionMajor(0)));
    assertCode(421, refused(join(s).addUuid(ByteString.copyFrom(new byte[3])).addVersionMajor(0)));
    assertCode(421, refused(join(s).setSnapPeriodNs(-1)));
    assertCode(421, refused(join(s).setTemplateBytes(ByteString.copyFromUtf8("x"))));
    assertCode(413, refused(join(s).setStart(5).setEnd(5)));
    assertCode(404, refused(join(s, NOBODY)));
    assertCode(404, refused(join(s).setVersionMajor(0, 12)));
    assertCode(404, refused(join(s).setVersionMajor(0, -1)));
    ArrowMultiValuesParams.Builder crowd = join();
    for (int i = 0; i <= Limits.JOINED_STREAMS; i++) {
      crowd.addUuid(bytes(s)).addVersionMajor(0);
    }
    assertCode(421, refused(crowd));
  }

  @Test
  void shouldJoinInTheOtherFormToo() {
    UUID a = door.streamOf(2, 2);
    UUID b = door.streamOf(2, 4);
    MultiRawValuesParams params =
        MultiRawValuesParams.newBuilder().addUuid(bytes(a)).addUuid(bytes(b)).setEnd(100).build();
    MultiRawValuesResponse joined = only(door.v5().multiRawValues(params));
    assertEquals(List.of(10L, 10L), joined.getVersionMajorList());
    assertEquals(List.of(2L, 2L), joined.getVersionMinorList());
    assertEquals(3, joined.getValuesCount());
    assertEquals(List.of(0.0, 0.0), joined.getValues(0).getValueList());
    assertEquals(List.of(1.0, Double.NaN), joined.getValues(1).getValueList());
    assertEquals(List.of(Double.NaN, 1.0), joined.getValues(2).getValueList());
    assertCode(
        404,
        only(door.v5().multiRawValues(params.toBuilder().setVersionMajor(11).build())).getStat());
    assertCode(413, only(door.v5().multiRawValues(params.toBuilder().setEnd(0).build())).getStat());
    assertCode(
        421, only(door.v5().multiRawValues(params.toBuilder().setPeriodNs(-1).build())).getStat());
    assertCode(
        421, only(door.v5().multiRawValues(params.toBuilder().clearUuid().build())).getStat());
  }
}
