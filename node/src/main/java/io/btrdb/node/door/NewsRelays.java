package io.btrdb.node.door;

import com.google.protobuf.InvalidProtocolBufferException;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.SubscriptionResp;
import io.btrdb.api.v5.SubscriptionUpdate;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.arrow.InboundPoints;
import io.btrdb.arrow.MalformedArrowException;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.plane.Codes;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.plane.DataPlane.NodeAddress;
import io.btrdb.node.plane.DataPlane.ShardRoute;
import io.btrdb.node.plane.Following;
import io.btrdb.shard.Operation;
import io.btrdb.tree.MergePolicy;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * News of streams that this node keeps no replica of, from nodes that do: one Subscribe call of one
 * subscriber to each such node. When one of them ends, so does the subscription. Thread-safe.
 */
final class NewsRelays {
  /** Messages asked of the other node ahead of what is passed on. */
  private static final int AHEAD = 4;

  private final DataPlane data;
  private final Forwarder forwarder;
  private final NewsQueue news;
  private final Map<String, Relay> relays = new HashMap<>();
  private boolean closed;

  NewsRelays(DataPlane data, Forwarder forwarder, NewsQueue news) {
    this.data = data;
    this.forwarder = forwarder;
    this.news = news;
  }

  /**
   * A stream that is followed elsewhere.
   *
   * @param holds completes when the other node has said that it tells of it, or that it will not
   */
  record Relayed(Following following, CompletableFuture<Void> holds) {}

  /** Empty when no node is known that keeps a replica. */
  synchronized Optional<Relayed> follow(UUID stream) {
    return closed
        ? Optional.empty()
        : keeper(stream)
            .map(
                node -> {
                  Relay relay = relays.computeIfAbsent(node.grpc(), grpc -> new Relay(node));
                  relay.update(SubscriptionUpdate.UpdateOp.ADD_UUIDS, stream);
                  return new Relayed(
                      () -> relay.update(SubscriptionUpdate.UpdateOp.REMOVE_UUIDS, stream),
                      relay.holds);
                });
  }

  /** The leader if it is known, else any replica. */
  private Optional<NodeAddress> keeper(UUID stream) {
    DataPlane.Topology topology = data.topology();
    int shard = data.shardOf(stream);
    Optional<ShardRoute> route =
        topology.shards().stream().filter(each -> each.shard() == shard).findFirst();
    return route.flatMap(
        known ->
            topology.nodes().stream()
                .filter(node -> known.replicas().contains(node.nodeId()))
                .reduce((a, b) -> b.nodeId().equals(known.leader()) ? b : a));
  }

  synchronized void close() {
    closed = true;
    relays.values().forEach(Relay::cancel);
    relays.clear();
  }

  /** A call to one node. */
  private final class Relay extends ClientCall.Listener<byte[]> {
    private final NodeAddress node;
    private final CompletableFuture<Void> holds = new CompletableFuture<>();
    private final ClientCall<byte[], byte[]> call;
    private boolean ended;

    Relay(NodeAddress node) {
      this.node = node;
      call =
          forwarder
              .channel(node.grpc())
              .newCall(
                  BTrDBGrpc.getSubscribeMethod().toBuilder(Marshallers.BYTES, Marshallers.BYTES)
                      .build(),
                  CallOptions.DEFAULT);
      Metadata headers = new Metadata();
      headers.put(Exchange.FORWARDED, "1");
      call.start(this, headers);
      call.request(AHEAD);
    }

    synchronized void update(SubscriptionUpdate.UpdateOp op, UUID stream) {
      if (!ended) {
        call.sendMessage(
            SubscriptionUpdate.newBuilder()
                .setOp(op)
                .addUuid(UuidBytes.of(stream))
                .build()
                .toByteArray());
      }
    }

    synchronized void cancel() {
      ended = true;
      call.cancel("the subscriber is gone", null);
    }

    @Override
    public void onHeaders(Metadata headers) {
      holds.complete(null);
    }

    @Override
    public void onMessage(byte[] message) {
      try {
        SubscriptionResp told = SubscriptionResp.parseFrom(message);
        if (told.hasStat()) {
          news.end(new Refusal(Codes.of(told.getStat().getCode()), told.getStat().getMsg()));
        } else {
          news.inserted(insert(told));
        }
      } catch (InvalidProtocolBufferException | MalformedArrowException e) {
        throw new IllegalStateException("another node told of a malformed insert", e);
      }
      call.request(1);
    }

    private Operation.Insert insert(SubscriptionResp told) throws MalformedArrowException {
      InboundPoints points =
          InboundPoints.read(told.getArrowBytes().asReadOnlyByteBuffer(), Limits.INSERT_POINTS);
      if (!(points instanceof InboundPoints.Points all)) {
        throw new IllegalStateException("another node told of an insert past the limit");
      }
      int count = all.times().length;
      ByteWriter block = new ByteWriter(64 + 4 * count);
      PointsCodec.encode(all.times(), all.values(), 0, count, block);
      return new Operation.Insert(
          UuidBytes.parse(told.getUuid()).orElseThrow(),
          MergePolicy.NEVER,
          count,
          block.toByteArray());
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      holds.complete(null);
      news.interrupted("node " + node.nodeId() + " tells no more of some of these streams");
    }
  }
}
