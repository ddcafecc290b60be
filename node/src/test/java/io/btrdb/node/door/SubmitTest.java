package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OpenSessionRequest;
import io.btrdb.api.cluster.PointsInsert;
import io.btrdb.api.cluster.RangeDelete;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.TopologyRequest;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.plane.DataPlane.WriteCall;
import io.btrdb.node.plane.WriteResult;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SubmitTest {
  private static final UUID SESSION = UUID.randomUUID();

  private final TestDoor door = new TestDoor();
  private UUID stream;

  @BeforeEach
  void openSessions() {
    stream = door.data.create();
    for (int shard = 0; shard < 2; shard++) {
      OpenSessionRequest open =
          OpenSessionRequest.newBuilder()
              .setShard(shard)
              .setSessionHigh(SESSION.getMostSignificantBits())
              .setSessionLow(SESSION.getLeastSignificantBits())
              .build();
      assertEquals(0, DataGrpc.newBlockingStub(door.channel).openSession(open).getCode());
    }
  }

  @AfterEach
  void close() {
    door.close();
  }

  private WriteRequest.Builder request(long id) {
    return WriteRequest.newBuilder()
        .setId(id)
        .setShard(door.data.shardOf(stream))
        .setSessionHigh(SESSION.getMostSignificantBits())
        .setSessionLow(SESSION.getLeastSignificantBits())
        .setSequence(id)
        .setUuid(bytes(stream));
  }

  private static PointsInsert points(long[] times, double... values) {
    return PointsInsert.newBuilder()
        .setCount(times.length)
        .setPoints(ByteString.copyFrom(block(times, values)))
        .build();
  }

  private static byte[] block(long[] times, double... values) {
    ByteWriter out = new ByteWriter();
    PointsCodec.encode(times, values, 0, times.length, out);
    return out.toByteArray();
  }

  private WriteRequest insert(long id, long time, double value) {
    return request(id).setInsert(points(new long[] {time}, value)).build();
  }

  @Test
  void shouldGiveEachRequestItsOwnOutcome() {
    SubmitFrame frame =
        SubmitFrame.newBuilder()
            .addRequests(insert(1, 5, 5))
            .addRequests(insert(2, Long.MAX_VALUE, 5))
            .addRequests(insert(3, 6, Double.NaN))
            .addRequests(insert(4, 7, 7))
            .addRequests(request(5).setFlush(true))
            .addRequests(request(6).setDelete(RangeDelete.newBuilder().setStart(5).setEnd(6)))
            .addRequests(request(7).setDelete(RangeDelete.newBuilder().setStart(6).setEnd(6)))
            .build();
    Map<Long, WriteOutcome> outcomes = SubmitClient.exchange(door.channel, frame);
    assertEquals(List.of(0, 413, 425, 0, 0, 0, 413), codes(outcomes, 7));
    assertEquals(2, outcomes.get(4L).getVersionMinor());
    assertEquals(11, outcomes.get(5L).getVersionMajor());
    assertEquals(12, outcomes.get(6L).getVersionMajor());
    assertEquals(4, door.data.writes.size());
  }

  private static List<Integer> codes(Map<Long, WriteOutcome> outcomes, int count) {
    assertEquals(count, outcomes.size());
    return java.util.stream.LongStream.rangeClosed(1, count)
        .mapToObj(id -> outcomes.get(id).getCode())
        .toList();
  }

  @Test
  void shouldRefuseMalformedRequestsOneByOne() {
    byte[] whole = block(new long[] {1, 2, 3}, 1, 2, 3);
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 1);
    byte[] longer = java.util.Arrays.copyOf(whole, whole.length + 1);
    long[] many = new long[Limits.INSERT_POINTS + 1];
    SubmitFrame frame =
        SubmitFrame.newBuilder()
            .addRequests(insert(1, 5, 5).toBuilder().setUuid(ByteString.copyFromUtf8("short")))
            .addRequests(insert(2, 5, 5).toBuilder().setSequence(0))
            .addRequests(insert(3, 5, 5).toBuilder().setSessionHigh(0).setSessionLow(0))
            .addRequests(request(4))
            .addRequests(inserting(5, cut, 3))
            .addRequests(inserting(6, longer, 3))
            .addRequests(inserting(7, whole, 2))
            .addRequests(inserting(8, block(new long[0]), 0))
            .addRequests(inserting(9, new byte[0], 3))
            .addRequests(inserting(10, block(many, new double[many.length]), many.length))
            .addRequests(insert(11, 5, 5).toBuilder().setShard(1 - door.data.shardOf(stream)))
            .addRequests(request(12).setInsert(points(new long[] {1}, 1).toBuilder().setPolicy(9)))
            .addRequests(inserting(13, whole, 3))
            .build();
    Map<Long, WriteOutcome> outcomes = SubmitClient.exchange(door.channel, frame);
    assertEquals(
        List.of(421, 421, 421, 421, 421, 421, 421, 421, 421, 414, 405, 421, 0),
        codes(outcomes, 13));
    assertEquals(2, outcomes.get(11L).getTopology().getShardsCount());
    assertEquals(1, door.data.writes.size());
  }

  private WriteRequest inserting(long id, byte[] block, int count) {
    return request(id)
        .setInsert(PointsInsert.newBuilder().setCount(count).setPoints(ByteString.copyFrom(block)))
        .build();
  }

  @Test
  void shouldSurviveRandomBytesInPlaceOfPoints() {
    long seed = System.nanoTime();
    java.util.Random random = new java.util.Random(seed);
    SubmitFrame.Builder frame = SubmitFrame.newBuilder();
    for (int id = 1; id <= 2_000; id++) {
      byte[] block = block(new long[] {1, 2, 3, 4, 5, 9}, 1, 2, 3, 4, 5, 6.5);
      block[random.nextInt(block.length)] = (byte) random.nextInt();
      frame.addRequests(inserting(id, block, 6));
    }
    Map<Long, WriteOutcome> outcomes = SubmitClient.exchange(door.channel, frame.build());
    assertEquals(2_000, outcomes.size());
    for (WriteOutcome outcome : outcomes.values()) {
      assertTrue(
          List.of(0, 413, 414, 421, 425).contains(outcome.getCode()),
          () -> "seed " + seed + ": " + outcome);
    }
  }

  @Test
  void shouldSayWhenTheSessionIsLostOrTheFateUnknown() {
    door.data.loseSessions();
    WriteOutcome lost = SubmitClient.exchange(door.channel, frame(insert(1, 1, 1))).get(1L);
    assertTrue(lost.getSessionLost());
    assertFalse(lost.getUnknown());
    door.data.onWrite =
        call -> CompletableFuture.failedFuture(new IllegalStateException("a bug below"));
    WriteOutcome unknown = SubmitClient.exchange(door.channel, frame(insert(1, 1, 1))).get(1L);
    assertEquals(500, unknown.getCode());
    assertTrue(unknown.getUnknown());
  }

  private static SubmitFrame frame(WriteRequest... requests) {
    return SubmitFrame.newBuilder().addAllRequests(List.of(requests)).build();
  }

  @Test
  void shouldPassForwardedAndUnforwardedRequestsOnAsSuch() {
    SubmitClient.exchange(
        door.channel,
        frame(
            insert(1, 1, 1),
            insert(2, 1, 1).toBuilder().setForwarded(true).build(),
            insert(3, 1, 1).toBuilder().setNoForward(true).build()));
    assertEquals(
        List.of(true, false, false), door.data.writes.stream().map(WriteCall::mayForward).toList());
  }

  @Test
  void shouldReadNoFurtherWhileTooMuchIsInside() {
    ConcurrentLinkedQueue<Runnable> held = new ConcurrentLinkedQueue<>();
    door.data.onWrite =
        call -> {
          CompletableFuture<WriteResult> later = new CompletableFuture<>();
          held.add(() -> later.complete(new WriteResult.Applied(10, 1)));
          return later;
        };
    SubmitClient client = SubmitClient.open(door.channel);
    int frames = 40;
    PointsInsert incompressible = noise(50_000);
    for (int id = 1; id <= frames; id++) {
      client.send(frame(request(id).setInsert(incompressible).build()));
    }
    client.halfClose();
    for (int i = 0; i < 60; i++) {
      DataGrpc.newBlockingStub(door.channel).topology(TopologyRequest.getDefaultInstance());
    }
    int most = (int) (Limits.SUBMIT_BYTES / incompressible.getPoints().size()) + 2;
    assertTrue(door.data.writes.size() <= most, () -> door.data.writes.size() + " are inside");
    while (!client.isDone()) {
      Runnable oldest = held.poll();
      if (oldest == null) {
        DataGrpc.newBlockingStub(door.channel).topology(TopologyRequest.getDefaultInstance());
      } else {
        oldest.run();
      }
    }
    assertEquals(frames, client.outcomes().size());
    assertTrue(client.status().isOk());
  }

  private static PointsInsert noise(int count) {
    java.util.Random random = new java.util.Random(1);
    long[] times = random.longs(count, 0, 1L << 60).toArray();
    double[] values = random.doubles(count).toArray();
    return points(times, values);
  }

  @Test
  void shouldEndTheCallButNotTheConnectionOnBytesThatAreNoFrame() {
    SubmitClient client = SubmitClient.open(door.channel);
    client.send(frame(insert(1, 1, 1)));
    client.sendRaw(new byte[] {0x0A, 0x7F, 1});
    client.awaitDone();
    assertEquals(Status.Code.INVALID_ARGUMENT, client.status().getCode());
    assertEquals(1, client.outcomes().size());
    assertEquals(
        2,
        DataGrpc.newBlockingStub(door.channel)
            .topology(TopologyRequest.getDefaultInstance())
            .getNodesCount());
  }

  @Test
  void shouldAnswerWhatIsInsideBeforeItStops() {
    CompletableFuture<WriteResult> later = new CompletableFuture<>();
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    door.data.onWrite =
        call -> {
          arrived.complete(null);
          return later;
        };
    SubmitClient client = SubmitClient.open(door.channel);
    client.send(frame(insert(1, 1, 1)));
    arrived.join();
    var unused = Thread.ofVirtual().start(() -> door.door.stop(java.time.Duration.ofSeconds(20)));
    later.complete(new WriteResult.Applied(10, 1));
    client.awaitDone();
    assertEquals(1, client.outcomes().size());
    assertEquals(Status.Code.UNAVAILABLE, client.status().getCode());
  }
}
