package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.SubscriptionParams;
import io.btrdb.api.v5.SubscriptionPoints;
import io.btrdb.api.wire.HotMethods;
import io.btrdb.api.wire.UuidBytes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A subscription at one node, while the node that leads its stream's shard is stopped. */
@Timeout(120)
class SubscriptionFailoverTest {
  private final UUID stream = UUID.randomUUID();
  private final LinkedBlockingQueue<SubscriptionPoints> heard = new LinkedBlockingQueue<>();

  @Test
  void shouldTellEveryInsertOnceAndInOrderThroughAChangeOfLeader(@TempDir Path folder)
      throws InterruptedException {
    try (InProcessNodes nodes = new InProcessNodes(folder, 1).found("n1", "n2", "n3")) {
      String leader = nodes.leader(nodes.groups().get(0));
      List<String> others =
          List.of("n1", "n2", "n3").stream().filter(node -> !node.equals(leader)).toList();
      String writer = others.get(0);
      create(nodes.client(writer));
      subscribe(nodes, others.get(1));
      for (long time = 0; time < 50; time++) {
        insert(nodes.client(writer), time);
      }
      nodes.stop(leader);
      for (long time = 50; time < 100; time++) {
        insert(nodes.client(writer), time);
      }
      for (long time = 0; time < 100; time++) {
        SubscriptionPoints news = heard.take();
        assertEquals("", news.getStat().getMsg());
        assertEquals(UuidBytes.of(stream), news.getUuid());
        assertEquals(List.of(time), news.getValuesList().stream().map(RawPoint::getTime).toList());
      }
    }
  }

  private void create(BTrDBGrpc.BTrDBBlockingStub client) {
    var created =
        client.create(
            CreateParams.newBuilder()
                .setUuid(UuidBytes.of(stream))
                .setCollection("subscriptions")
                .build());
    assertEquals(0, created.getStat().getCode(), created.getStat().getMsg());
  }

  private void insert(BTrDBGrpc.BTrDBBlockingStub client, long time) {
    var inserted =
        client.insert(
            InsertParams.newBuilder()
                .setUuid(UuidBytes.of(stream))
                .addValues(RawPoint.newBuilder().setTime(time).setValue(time))
                .build());
    assertEquals(0, inserted.getStat().getCode(), inserted.getStat().getMsg());
  }

  private void subscribe(InProcessNodes nodes, String node) throws InterruptedException {
    ClientCall<SubscriptionParams, SubscriptionPoints> call =
        nodes.channel(node).newCall(HotMethods.subscribe(), CallOptions.DEFAULT);
    CountDownLatch subscribed = new CountDownLatch(1);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onHeaders(Metadata headers) {
            subscribed.countDown();
          }

          @Override
          public void onMessage(SubscriptionPoints message) {
            heard.add(message);
          }
        },
        new Metadata());
    call.request(Integer.MAX_VALUE);
    call.sendMessage(SubscriptionParams.newBuilder().addUuid(UuidBytes.of(stream)).build());
    call.halfClose();
    subscribed.await();
  }
}
