package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.NearestResponse;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.v5.Status;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.shard.Retention;
import io.btrdb.storage.BlockAddress;
import io.btrdb.tree.Root;
import io.btrdb.tree.Statistics;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamingTest {
  /** 20 bytes a point on the wire: far more than the windows of HTTP/2 hold. */
  private static final int MANY = 400_000;

  private final TestDoor door = new TestDoor();

  @AfterEach
  void close() {
    door.close();
  }

  private static RawValuesParams everything(UUID stream) {
    return RawValuesParams.newBuilder()
        .setUuid(bytes(stream))
        .setStart(0)
        .setEnd(Long.MAX_VALUE >> 4)
        .build();
  }

  @Test
  void shouldNotSendWhatIsNotRead() {
    UUID stream = door.streamOf(MANY, 1_000);
    PulledCall call = PulledCall.rawValues(door.channel, everything(stream));
    call.request(1);
    assertEquals(Limits.CHUNK_POINTS, call.next().getValuesCount());
    for (int i = 0; i < 60; i++) {
      door.v5().info(InfoParams.getDefaultInstance());
    }
    assertTrue(
        door.sentBytes("RawValues") < 3 << 20,
        () -> "sent " + door.sentBytes("RawValues") + " bytes that nobody read");

    call.request(Integer.MAX_VALUE);
    long points = Limits.CHUNK_POINTS;
    for (RawValuesResponse m = call.next(); m != null; m = call.next()) {
      assertEquals(points * 1_000, m.getValues(0).getTime());
      points += m.getValuesCount();
    }
    assertEquals(MANY, points);
  }

  @Test
  void shouldStopReadingWhenTheClientCancels() {
    UUID stream = door.streamOf(MANY, 1_000);
    PulledCall call = PulledCall.rawValues(door.channel, everything(stream));
    call.request(1);
    call.next();
    call.cancel();
    door.until(() -> door.ended("RawValues", "CANCELLED") == 1);
    assertTrue(door.sentBytes("RawValues") < 3 << 20);
  }

  @Test
  void shouldReportPointsInOrderOfTimeAcrossMessages() {
    UUID stream = door.streamOf(12_345, 7);
    List<RawPoint> points = new ArrayList<>();
    door.v5()
        .rawValues(everything(stream))
        .forEachRemaining(message -> points.addAll(message.getValuesList()));
    assertEquals(12_345, points.size());
    for (int i = 0; i < points.size(); i++) {
      assertEquals(i * 7L, points.get(i).getTime());
    }
  }

  @Test
  void shouldGiveUpWhenTheClientsDeadlinePasses() {
    // The deadline is for the call, not for the connection, without which the server hears nothing.
    door.v5().info(InfoParams.getDefaultInstance());
    door.data.onLocate = stream -> new CompletableFuture<>();
    StatusRuntimeException late =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                fail402(
                    door.v5()
                        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                        .nearest(nearest(UUID.randomUUID()))));
    assertEquals(io.grpc.Status.Code.DEADLINE_EXCEEDED, late.getStatus().getCode());
    door.data.onLocate = stream -> null;
    door.until(() -> door.ended("Nearest", "402") + door.ended("Nearest", "CANCELLED") == 1);
  }

  /** Either side may notice first; the contract allows 402 and the status. */
  private static void fail402(NearestResponse response) {
    assertEquals(402, response.getStat().getCode());
    throw io.grpc.Status.DEADLINE_EXCEEDED.asRuntimeException();
  }

  private static NearestParams nearest(UUID stream) {
    return NearestParams.newBuilder().setUuid(bytes(stream)).build();
  }

  @Test
  void shouldShedQueriesBeyondItsLimits() {
    // Calls arrive in the order they are made only once the connection stands.
    door.v5().info(InfoParams.getDefaultInstance());
    CompletableFuture<ReadPlace> gate = new CompletableFuture<>();
    UUID stream = door.streamOf(1, 1);
    door.data.onLocate = s -> gate;
    List<com.google.common.util.concurrent.ListenableFuture<NearestResponse>> waiting =
        new ArrayList<>();
    var stub = io.btrdb.api.v5.BTrDBGrpc.newFutureStub(door.channel);
    for (int i = 0; i < FairShare.alone(Limits.QUERIES + Limits.QUERIES_QUEUED); i++) {
      waiting.add(stub.nearest(nearest(stream)));
    }
    Status shed = door.v5().nearest(nearest(stream)).getStat();
    assertEquals(426, shed.getCode());
    assertTrue(shed.getMsg().contains("try again in"), shed.getMsg());

    gate.complete(door.data.place(stream, 0));
    for (var answer : waiting) {
      assertEquals(
          0, com.google.common.util.concurrent.Futures.getUnchecked(answer).getValue().getTime());
    }
    door.data.onLocate = s -> null;
    door.until(() -> !door.v5().nearest(nearest(stream)).hasStat());
  }

  @Test
  void shouldServeOthersWhileReceiversAreStuck() {
    UUID stream = door.streamOf(MANY, 1_000);
    List<PulledCall> stuck = new ArrayList<>();
    for (int i = 0; i < Limits.QUERIES + 5; i++) {
      stuck.add(PulledCall.rawValues(door.channel, everything(stream)));
    }
    // On a connection of its own: the stuck answers fill the other one's window.
    io.grpc.ManagedChannel other =
        io.grpc.netty.NettyChannelBuilder.forTarget(door.address()).usePlaintext().build();
    try {
      var stub = io.btrdb.api.v5.BTrDBGrpc.newBlockingStub(other);
      assertEquals(0, stub.nearest(nearest(stream)).getValue().getTime());
    } finally {
      other.shutdownNow();
      stuck.forEach(PulledCall::cancel);
    }
  }

  @Test
  void shouldNameTheAddressOfABlockThatIsNotThere() {
    UUID stream = door.data.create();
    ReadPlace.Here good = (ReadPlace.Here) door.data.place(stream, 0);
    Root lost = Root.at(new BlockAddress(0x0000_0003_0000_0007L, 4), one(), 11);
    door.data.onLocate =
        s ->
            CompletableFuture.completedFuture(
                new ReadPlace.Here(good.tree(), lost, 11, 0, Retention.ALL));
    List<RawValuesResponse> answers = new ArrayList<>();
    door.v5().rawValues(everything(stream)).forEachRemaining(answers::add);
    assertEquals(1, answers.size());
    assertEquals(432, answers.get(0).getStat().getCode());
    assertTrue(answers.get(0).getStat().getMsg().contains("00000003-00000007"));
    assertEquals(List.of("unreadable " + stream), door.events);
  }

  private static Statistics one() {
    return new Statistics(1, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void shouldAnswerABugWithAnIncidentAndLiveOn() {
    door.data.onLocate = s -> CompletableFuture.failedFuture(new IllegalStateException("oops"));
    Status stat = door.v5().nearest(nearest(UUID.randomUUID())).getStat();
    assertEquals(500, stat.getCode());
    assertTrue(stat.getMsg().contains("incident"));
    assertEquals(List.of("failed Nearest oops"), door.events);
  }
}
