package io.btrdb.node.cluster;

import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.node.tls.Dial;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One gRPC channel to each other node, opened when first used, and again when the node has moved to
 * another address. Thread-safe.
 */
public final class PeerChannels implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  private record Opened(String address, ManagedChannel channel) {}

  private final NodeDirectory directory;
  private final Dial dial;
  private final Map<String, Opened> channels = new ConcurrentHashMap<>();

  /**
   * @param dial how they are called
   */
  public PeerChannels(NodeDirectory directory, Dial dial) {
    this.directory = directory;
    this.dial = dial;
  }

  public PeerGrpc.PeerStub peer(String node) {
    return PeerGrpc.newStub(channel(node));
  }

  public PeerGrpc.PeerBlockingStub peerBlocking(String node) {
    return PeerGrpc.newBlockingStub(channel(node));
  }

  public DataGrpc.DataStub data(String node) {
    return DataGrpc.newStub(channel(node));
  }

  /** A unary call as a future; it fails with the call's StatusRuntimeException. */
  public <Q, R> CompletableFuture<R> call(
      String node, MethodDescriptor<Q, R> method, Q request, long timeoutMillis) {
    CompletableFuture<R> reply = new CompletableFuture<>();
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(Math.max(1, timeoutMillis), TimeUnit.MILLISECONDS);
    try {
      ClientCalls.asyncUnaryCall(channel(node).newCall(method, options), request, into(reply));
    } catch (StatusRuntimeException e) {
      reply.completeExceptionally(e);
    }
    return reply;
  }

  private static <R> StreamObserver<R> into(CompletableFuture<R> reply) {
    return new StreamObserver<>() {
      @Override
      public void onNext(R value) {
        reply.complete(value);
      }

      @Override
      public void onError(Throwable failure) {
        reply.completeExceptionally(failure);
      }

      @Override
      public void onCompleted() {
        // onNext has completed the reply: a unary call without one ends in onError.
      }
    };
  }

  /**
   * The channel to where the node is now.
   *
   * @throws StatusRuntimeException UNAVAILABLE when no such node is known
   */
  private ManagedChannel channel(String node) {
    String address =
        directory
            .card(node)
            .map(NodeCard::getGrpc)
            .orElseThrow(
                () ->
                    Status.UNAVAILABLE
                        .withDescription("no node " + node + " is known")
                        .asRuntimeException());
    return channels
        .compute(
            node,
            (id, known) -> {
              if (known != null && known.address().equals(address)) {
                return known;
              }
              if (known != null) {
                known.channel().shutdown();
              }
              return new Opened(address, open(address));
            })
        .channel();
  }

  private ManagedChannel open(String address) {
    return dial.to(address)
        .withOption(io.netty.channel.ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        // A killed host sends no FIN; without pings a forwarded call would hang for minutes.
        .keepAliveTime(2, TimeUnit.SECONDS)
        .keepAliveTimeout(2, TimeUnit.SECONDS)
        .maxInboundMessageSize(16 << 20)
        .build();
  }

  @Override
  public void close() {
    channels.values().forEach(opened -> opened.channel().shutdownNow());
  }
}
