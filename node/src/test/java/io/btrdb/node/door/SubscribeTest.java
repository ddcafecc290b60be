package io.btrdb.node.door;

import static io.btrdb.node.door.TestDoor.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.SubscriptionParams;
import io.btrdb.api.v5.SubscriptionPoints;
import io.btrdb.api.v5.SubscriptionResp;
import io.btrdb.api.v5.SubscriptionUpdate;
import io.btrdb.arrow.InboundPoints;
import io.btrdb.node.plane.DataPlane;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both forms of Subscribe: what is told, in which order, and how it ends. */
@Timeout(60)
class SubscribeTest {
  private final TestDoor door = new TestDoor();

  @AfterEach
  void close() {
    door.close();
  }

  /** A subscriber that says how much it takes. */
  private final class Subscriber extends ClientCall.Listener<byte[]> {
    private final ClientCall<byte[], byte[]> call =
        door.channel.newCall(
            BTrDBGrpc.getSubscribeMethod().toBuilder(Marshallers.BYTES, Marshallers.BYTES).build(),
            CallOptions.DEFAULT);
    private final LinkedBlockingQueue<Optional<byte[]>> messages = new LinkedBlockingQueue<>();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private volatile Status status;

    Subscriber(int takes, MessageLite first) {
      call.start(this, new Metadata());
      call.request(takes);
      send(first);
    }

    void send(MessageLite message) {
      call.sendMessage(message.toByteArray());
    }

    Subscriber awaitSubscribed() throws InterruptedException {
      subscribed.await();
      return this;
    }

    byte[] next() throws InterruptedException {
      return messages.take().orElse(null);
    }

    int refusal() throws InterruptedException, InvalidProtocolBufferException {
      int code = SubscriptionResp.parseFrom(next()).getStat().getCode();
      assertNull(next());
      assertTrue(status.isOk());
      return code;
    }

    @Override
    public void onHeaders(Metadata headers) {
      if (headers.containsKey(SubscribeCall.SUBSCRIBED)) {
        subscribed.countDown();
      }
    }

    @Override
    public void onMessage(byte[] message) {
      messages.add(Optional.of(message));
    }

    @Override
    public void onClose(Status closed, Metadata trailers) {
      status = closed;
      messages.add(Optional.empty());
    }
  }

  private UUID stream() {
    UUID uuid = UUID.randomUUID();
    door.v5()
        .create(
            io.btrdb.api.v5.CreateParams.newBuilder()
                .setUuid(bytes(uuid))
                .setCollection("c/" + uuid)
                .build());
    return uuid;
  }

  private void insert(UUID stream, long... times) {
    InsertParams.Builder insert = InsertParams.newBuilder().setUuid(bytes(stream));
    for (long time : times) {
      insert.addValues(RawPoint.newBuilder().setTime(time).setValue(time / 2.0));
    }
    assertEquals(0, door.v5().insert(insert.build()).getStat().getCode());
  }

  private static SubscriptionParams params(UUID... streams) {
    SubscriptionParams.Builder params = SubscriptionParams.newBuilder();
    for (UUID stream : streams) {
      params.addUuid(bytes(stream));
    }
    return params.build();
  }

  private static SubscriptionUpdate update(SubscriptionUpdate.UpdateOp op, UUID... streams) {
    SubscriptionUpdate.Builder update = SubscriptionUpdate.newBuilder().setOp(op);
    for (UUID stream : streams) {
      update.addUuid(bytes(stream));
    }
    return update.build();
  }

  private static SubscriptionUpdate add(UUID... streams) {
    return update(SubscriptionUpdate.UpdateOp.ADD_UUIDS, streams);
  }

  private static Map.Entry<UUID, long[]> arrow(byte[] message) throws IOException {
    SubscriptionResp news = SubscriptionResp.parseFrom(message);
    assertEquals("", news.getStat().getMsg());
    InboundPoints.Points points =
        (InboundPoints.Points)
            InboundPoints.read(news.getArrowBytes().asReadOnlyByteBuffer(), 100_000);
    return Map.entry(
        io.btrdb.api.wire.UuidBytes.parse(news.getUuid()).orElseThrow(), points.times());
  }

  @Test
  void shouldTellOfInsertsInOrderAsPoints() throws Exception {
    UUID a = stream();
    UUID b = stream();
    Subscriber subscriber = new Subscriber(100, params(a, b));
    subscriber.call.halfClose();
    subscriber.awaitSubscribed();
    insert(a, 30, 10, 20);
    insert(stream(), 1);
    insert(b, 5);
    insert(a, 40);
    SubscriptionPoints first = SubscriptionPoints.parseFrom(subscriber.next());
    assertEquals(bytes(a), first.getUuid());
    // As they came, not in order of time.
    assertEquals(30, first.getValues(0).getTime());
    assertEquals(15, first.getValues(0).getValue());
    assertEquals(10, first.getValues(1).getTime());
    assertEquals(3, first.getValuesCount());
    assertEquals(bytes(b), SubscriptionPoints.parseFrom(subscriber.next()).getUuid());
    assertEquals(40, SubscriptionPoints.parseFrom(subscriber.next()).getValues(0).getTime());
    subscriber.call.cancel("enough", null);
    while (!door.data.followers.isEmpty()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldAddAndRemoveStreamsOnTheFlyAndTellAsColumns() throws Exception {
    UUID a = stream();
    UUID b = stream();
    Subscriber subscriber = new Subscriber(100, add(a)).awaitSubscribed();
    insert(a, 3, 1, 2);
    Map.Entry<UUID, long[]> news = arrow(subscriber.next());
    assertEquals(a, news.getKey());
    assertArrayEquals(new long[] {3, 1, 2}, news.getValue());
    subscriber.send(add(a, b));
    while (door.data.followers.size() < 2) {
      Thread.onSpinWait();
    }
    insert(b, 7);
    assertEquals(b, arrow(subscriber.next()).getKey());
    subscriber.send(update(SubscriptionUpdate.UpdateOp.REMOVE_UUIDS, a));
    while (door.data.followers.size() > 1) {
      Thread.onSpinWait();
    }
    insert(a, 8);
    insert(b, 9);
    assertEquals(b, arrow(subscriber.next()).getKey());
    subscriber.call.halfClose();
    assertNull(subscriber.next());
    assertTrue(subscriber.status.isOk());
  }

  @Test
  void shouldCutOffWhoFallsBehindAndSaySo() throws Exception {
    UUID a = stream();
    Subscriber slow = new Subscriber(1, add(a)).awaitSubscribed();
    Subscriber fast = new Subscriber(Integer.MAX_VALUE, add(a)).awaitSubscribed();
    java.util.Random random = new java.util.Random(5);
    int inserts = 0;
    for (long bytes = 0; bytes < 3 * Limits.SUBSCRIPTION_BYTES; bytes += 50_000 * 12) {
      InsertParams.Builder insert = InsertParams.newBuilder().setUuid(bytes(a));
      for (int i = 0; i < 50_000; i++) {
        insert.addValues(
            RawPoint.newBuilder().setTime(random.nextLong() >>> 4).setValue(random.nextDouble()));
      }
      assertEquals(0, door.v5().insert(insert.build()).getStat().getCode());
      inserts++;
      assertEquals(50_000, arrow(fast.next()).getValue().length);
    }
    slow.call.request(Integer.MAX_VALUE);
    int told = 0;
    byte[] last = slow.next();
    for (byte[] next = slow.next(); next != null; next = slow.next()) {
      told++;
      last = next;
    }
    assertEquals(426, SubscriptionResp.parseFrom(last).getStat().getCode());
    assertTrue(told < inserts, told + " of " + inserts);
    assertEquals(1, door.data.followers.size());
  }

  @Test
  void shouldSayThatSomethingMayBeMissedWhenItsReplicaGoes() throws Exception {
    Subscriber subscriber = new Subscriber(10, add(stream())).awaitSubscribed();
    door.data.interrupt("the replica is closed");
    assertEquals(419, subscriber.refusal());
  }

  @Test
  void shouldRefuseWhatCannotBeFollowed() throws Exception {
    assertEquals(404, new Subscriber(10, add(UUID.randomUUID())).refusal());
    assertEquals(404, new Subscriber(10, params(UUID.randomUUID())).refusal());
    SubscriptionUpdate odd =
        SubscriptionUpdate.newBuilder().addUuid(ByteString.copyFrom(new byte[15])).build();
    assertEquals(421, new Subscriber(10, odd).refusal());
    door.data.onFollow = stream -> false;
    door.data.topology = new DataPlane.Topology("c1", 8, List.of(), List.of(), "");
    assertEquals(405, new Subscriber(10, add(stream())).refusal());
  }

  @Test
  void shouldTellOfStreamsThatAnotherNodeKeeps() throws Exception {
    UUID here = stream();
    UUID there = stream();
    try (TestDoor far = new TestDoor()) {
      far.data.create(there);
      far.catalog.create(there, "c", Map.of("name", "far"), Map.of(), Long.MAX_VALUE);
      door.data.topology = topologyOf(far);
      door.data.onFollow = stream -> stream.equals(here);
      Subscriber subscriber = new Subscriber(100, add(here, there)).awaitSubscribed();
      InsertParams.Builder insert = InsertParams.newBuilder().setUuid(bytes(there));
      insert
          .addValues(RawPoint.newBuilder().setTime(5))
          .addValues(RawPoint.newBuilder().setTime(3));
      assertEquals(0, far.v5().insert(insert.build()).getStat().getCode());
      Map.Entry<UUID, long[]> news = arrow(subscriber.next());
      assertEquals(there, news.getKey());
      assertArrayEquals(new long[] {5, 3}, news.getValue());
      insert(here, 8);
      assertEquals(here, arrow(subscriber.next()).getKey());
      far.data.interrupt("the far replica is closed");
      assertEquals(419, subscriber.refusal());
    }
  }

  private DataPlane.Topology topologyOf(TestDoor far) {
    return new DataPlane.Topology(
        "c1",
        8,
        List.of(new DataPlane.NodeAddress("far", far.address(), "")),
        List.of(
            new DataPlane.ShardRoute(0, 0, 2048, "far", 1, List.of("far")),
            new DataPlane.ShardRoute(1, 2048, 2048, "far", 1, List.of("far"))),
        "far");
  }

  @Test
  void shouldRejectAMixtureOfForms() throws Exception {
    UUID a = stream();
    Subscriber mixed = new Subscriber(10, add(a)).awaitSubscribed();
    mixed.send(params(a));
    assertNull(mixed.next());
    assertEquals(Status.Code.INVALID_ARGUMENT, mixed.status.getCode());
    SubscriptionUpdate neither = SubscriptionUpdate.newBuilder().setOpValue(7).build();
    Subscriber odd = new Subscriber(10, neither);
    assertNull(odd.next());
    assertEquals(Status.Code.INVALID_ARGUMENT, odd.status.getCode());
  }

  @Test
  void shouldBoundTheNumberOfSubscriptions() throws Exception {
    UUID a = stream();
    for (int i = 0; i < FairShare.alone(Limits.SUBSCRIPTIONS); i++) {
      new Subscriber(1, params(a)).awaitSubscribed();
    }
    assertEquals(426, new Subscriber(10, params(a)).refusal());
  }

  @Test
  void shouldTellSubscribersWhenTheNodeStops() throws Exception {
    Subscriber subscriber = new Subscriber(10, add(stream())).awaitSubscribed();
    door.door.stop(java.time.Duration.ofSeconds(5));
    assertEquals(419, subscriber.refusal());
  }
}
