package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.PointsChunk;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.api.v5.ArrowMultiValuesParams;
import io.btrdb.api.v5.ArrowMultiValuesResponse;
import io.btrdb.api.v5.ArrowRawValuesParams;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.MultiRawValuesParams;
import io.btrdb.api.v5.MultiRawValuesResponse;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.NearestResponse;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.codec.PointsCodec;
import io.btrdb.consensus.FreePorts;
import io.btrdb.node.plane.ReadPlace;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two doors: the client asks the first, the streams are at the second. */
@Timeout(60)
class ForwardingTest {
  private final TestDoor near = new TestDoor();
  private final TestDoor far = new TestDoor();

  @AfterEach
  void close() {
    near.close();
    far.close();
  }

  private static CompletableFuture<ReadPlace> at(String address) {
    return CompletableFuture.completedFuture(new ReadPlace.There("far", address));
  }

  private static NearestParams nearest(UUID stream) {
    return NearestParams.newBuilder().setUuid(bytes(stream)).build();
  }

  private static RawValuesParams everything(UUID stream) {
    return RawValuesParams.newBuilder().setUuid(bytes(stream)).setEnd(Long.MAX_VALUE >> 4).build();
  }

  @Test
  void shouldPassReadsOnAndAnswersBack() {
    UUID stream = far.streamOf(12_000, 5);
    near.data.onLocate = s -> at(far.address());
    long points = 0;
    for (Iterator<RawValuesResponse> all = near.v5().rawValues(everything(stream));
        all.hasNext(); ) {
      RawValuesResponse message = all.next();
      assertEquals(12_000, message.getVersionMinor());
      points += message.getValuesCount();
    }
    assertEquals(12_000, points);
    assertEquals(0, near.v5().nearest(nearest(stream)).getValue().getTime());
    assertEquals(404, near.v5().nearest(nearest(UUID.randomUUID())).getStat().getCode());
    InsertParams empty = InsertParams.newBuilder().setUuid(bytes(stream)).build();
    assertEquals(12_000, near.v5().insert(empty).getVersionMinor());
  }

  private static List<Double> joined(MultiRawValuesResponse message, int column) {
    return message.getValuesList().stream().map(row -> row.getValue(column)).toList();
  }

  @Test
  void shouldJoinStreamsOfSeveralNodes() {
    UUID there = far.streamOf(3, 10);
    UUID here = near.data.streamOf(6, 5);
    UUID empty = far.data.create();
    near.data.onLocate = s -> s.equals(here) ? null : at(far.address());
    MultiRawValuesResponse rows =
        near.v5()
            .multiRawValues(
                MultiRawValuesParams.newBuilder()
                    .addUuid(bytes(there))
                    .addUuid(bytes(here))
                    .addUuid(bytes(empty))
                    .setEnd(1_000)
                    .build())
            .next();
    assertEquals(List.of(10L, 10L, 10L), rows.getVersionMajorList());
    assertEquals(List.of(3L, 6L, 0L), rows.getVersionMinorList());
    assertEquals(List.of(0.0, Double.NaN, 1.0, Double.NaN, 2.0, Double.NaN), joined(rows, 0));
    assertEquals(List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0), joined(rows, 1));
    assertTrue(joined(rows, 2).stream().allMatch(value -> Double.isNaN(value)));
  }

  @Test
  void shouldJoinManyLongStreamsOfAnotherNodeInPieces() {
    near.data.onLocate = s -> at(far.address());
    ArrowMultiValuesParams.Builder params =
        ArrowMultiValuesParams.newBuilder().setEnd(Long.MAX_VALUE >> 4);
    // Noise does not compress: of each stream there is more than may be under way.
    Random noise = new Random(3);
    for (int i = 0; i < 100; i++) {
      params.addUuid(bytes(far.data.streamOf(20_000, 10, index -> noise.nextDouble())));
    }
    long bytes = 0;
    for (Iterator<ArrowMultiValuesResponse> all = near.v5().arrowMultiValues(params.build());
        all.hasNext(); ) {
      ArrowMultiValuesResponse message = all.next();
      assertFalse(message.hasStat(), message.getStat().getMsg());
      assertTrue(message.getSerializedSize() < Limits.OUTBOUND_MESSAGE_BYTES);
      bytes += message.getArrowBytes().size();
    }
    assertTrue(bytes >= 20_000L * 101 * 8, () -> "too few rows");
  }

  @Test
  void shouldRefuseAJoinOfWhichAnotherNodeLacksAStream() {
    UUID stream = far.streamOf(3, 10);
    near.data.onLocate = s -> at(far.address());
    ArrowMultiValuesParams params =
        ArrowMultiValuesParams.newBuilder()
            .addUuid(bytes(stream))
            .addUuid(bytes(UUID.randomUUID()))
            .setEnd(10)
            .build();
    assertEquals(404, near.v5().arrowMultiValues(params).next().getStat().getCode());
  }

  @Test
  void shouldPassOnArrowAsItIs() {
    UUID stream = far.streamOf(10, 5);
    near.data.onLocate = s -> at(far.address());
    ArrowRawValuesParams raw =
        ArrowRawValuesParams.newBuilder().setUuid(bytes(stream)).setEnd(100).build();
    assertEquals(far.v5().arrowRawValues(raw).next(), near.v5().arrowRawValues(raw).next());
    WindowsParams windows =
        WindowsParams.newBuilder().setUuid(bytes(stream)).setEnd(50).setWidth(10).build();
    assertEquals(far.v5().arrowWindows(windows).next(), near.v5().arrowWindows(windows).next());
  }

  @Test
  void shouldPassOnColumnsAsTheyAre() {
    UUID stream = far.streamOf(100_000, 5);
    near.data.onLocate = s -> at(far.address());
    Iterator<PointsChunk> chunks =
        DataGrpc.newBlockingStub(near.channel)
            .values(
                ValuesRequest.newBuilder()
                    .setUuid(bytes(stream))
                    .setEnd(Long.MAX_VALUE >> 4)
                    .build());
    int points = 0;
    while (chunks.hasNext()) {
      byte[] block = chunks.next().getPoints().toByteArray();
      points += PointsCodec.count(block, 0, block.length);
    }
    assertEquals(100_000, points);
  }

  @Test
  void shouldNotPassARequestOnTwice() {
    UUID stream = near.data.create();
    // Both believe that the other has it, until the near one learns better.
    far.data.onLocate = s -> at(near.address());
    AtomicInteger looks = new AtomicInteger();
    near.data.onLocate = s -> looks.incrementAndGet() < 3 ? at(far.address()) : null;
    assertEquals(401, near.v5().nearest(nearest(stream)).getStat().getCode());
    assertEquals(3, looks.get());
  }

  @Test
  void shouldLookAgainWhenTheNodeIsGoneOrNoLongerTheRightOne() throws Exception {
    UUID stream = far.streamOf(1, 1);
    String nobody = "127.0.0.1:" + FreePorts.next();
    AtomicInteger farLooks = new AtomicInteger();
    far.data.onLocate =
        s ->
            farLooks.incrementAndGet() == 1
                ? CompletableFuture.completedFuture(
                    new ReadPlace.Nowhere(ErrorCode.WRONG_ENDPOINT, "it has just moved"))
                : null;
    AtomicInteger looks = new AtomicInteger();
    near.data.onLocate = s -> at(looks.incrementAndGet() <= 2 ? nobody : far.address());
    NearestResponse found = near.v5().nearest(nearest(stream));
    assertFalse(found.hasStat(), found.toString());
    assertEquals(4, looks.get());
  }

  @Test
  void shouldSayDegradedWhenNoNodeIsFoundInTime() throws Exception {
    String nobody = "127.0.0.1:" + FreePorts.next();
    near.data.onLocate = s -> at(nobody);
    NearestResponse late =
        near.v5()
            .withDeadlineAfter(4_000, TimeUnit.MILLISECONDS)
            .nearest(nearest(UUID.randomUUID()));
    assertEquals(419, late.getStat().getCode());
    assertTrue(late.getStat().getMsg().contains(nobody), late.getStat().getMsg());
  }

  @Test
  void shouldKeepThePaceOfTheReceiverThroughBothNodes() {
    UUID stream = far.streamOf(400_000, 1_000);
    near.data.onLocate = s -> at(far.address());
    PulledCall call = PulledCall.rawValues(near.channel, everything(stream));
    call.request(1);
    assertNotNull(call.next());
    for (int i = 0; i < 60; i++) {
      near.v5().info(InfoParams.getDefaultInstance());
      far.v5().info(InfoParams.getDefaultInstance());
    }
    long sent = far.metrics.counter("btrdb_door_sent_bytes{method=\"RawValues\"}").getCount();
    assertTrue(sent < 6 << 20, () -> "sent " + sent + " bytes that nobody read");

    call.cancel();
    while (cancelled(near) + cancelled(far) < 2) {
      far.v5().info(InfoParams.getDefaultInstance());
    }
  }

  private static long cancelled(TestDoor door) {
    return door.metrics
        .counter("btrdb_door_requests{method=\"RawValues\",code=\"CANCELLED\"}")
        .getCount();
  }

  @Test
  void shouldSayThatANodeWentAwayInTheMiddleOfItsAnswer() {
    UUID stream = far.streamOf(400_000, 1_000);
    near.data.onLocate = s -> at(far.address());
    PulledCall call = PulledCall.rawValues(near.channel, everything(stream));
    call.request(1);
    assertNotNull(call.next());
    far.door.close();
    call.request(Integer.MAX_VALUE);
    RawValuesResponse last = null;
    for (RawValuesResponse m = call.next(); m != null; m = call.next()) {
      last = m;
    }
    assertNotNull(last);
    assertEquals(419, last.getStat().getCode(), last.getStat().getMsg());
    assertTrue(call.status().isOk());
  }
}
