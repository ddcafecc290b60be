package io.btrdb.node.cluster;

import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One gRPC channel to each other node, opened when first used. Thread-safe. */
public final class PeerChannels implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  private final NodeConfig config;
  private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

  public PeerChannels(NodeConfig config) {
    this.config = config;
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
    ClientCalls.asyncUnaryCall(channel(node).newCall(method, options), request, into(reply));
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

  private ManagedChannel channel(String node) {
    return channels.computeIfAbsent(node, this::open);
  }

  private ManagedChannel open(String node) {
    Member member = config.member(node);
    return NettyChannelBuilder.forAddress(member.advertise(), member.grpcPort())
        .usePlaintext()
        .withOption(io.netty.channel.ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        // A killed host sends no FIN; without pings a forwarded call would hang for minutes.
        .keepAliveTime(2, TimeUnit.SECONDS)
        .keepAliveTimeout(2, TimeUnit.SECONDS)
        .maxInboundMessageSize(16 << 20)
        .build();
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
