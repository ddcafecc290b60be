package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.StreamExistence;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.cluster.ClusterView;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.shard.Command;
import io.btrdb.shard.CommandCodec;
import io.btrdb.shard.Operation;
import io.btrdb.shard.Outcome;
import io.btrdb.shard.Shard;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Opens and drops streams in their shards on behalf of the catalog's leader. Both are idempotent,
 * so that every failure is simply tried again until the deadline. Thread-safe.
 */
public final class Existence {
  private static final long RETRY_MILLIS = 40;

  private final String self;
  private final Function<UUID, RoutedDataPlane.Route> routes;
  private final ClusterView view;
  private final PeerChannels channels;
  private final ScheduledExecutorService timer;

  public Existence(
      String self,
      Function<UUID, RoutedDataPlane.Route> routes,
      ClusterView view,
      PeerChannels channels,
      ScheduledExecutorService timer) {
    this.self = self;
    this.routes = routes;
    this.view = view;
    this.channels = channels;
    this.timer = timer;
  }

  /** The stream exists in its shard once this completes with Applied. */
  public CompletableFuture<WriteResult> open(UUID stream, long deadlineNanos) {
    return persist(new Operation.Open(stream), PeerGrpc.getOpenStreamMethod(), deadlineNanos);
  }

  /** The stream is gone from its shard once this completes with Applied. */
  public CompletableFuture<WriteResult> drop(UUID stream, long deadlineNanos) {
    return persist(new Operation.Drop(stream), PeerGrpc.getDropStreamMethod(), deadlineNanos);
  }

  private CompletableFuture<WriteResult> persist(
      Operation operation,
      MethodDescriptor<StreamExistence, WriteOutcome> method,
      long deadlineNanos) {
    CompletableFuture<WriteResult> result = new CompletableFuture<>();
    attempt(operation, method, deadlineNanos, result);
    return result;
  }

  private void attempt(
      Operation operation,
      MethodDescriptor<StreamExistence, WriteOutcome> method,
      long deadlineNanos,
      CompletableFuture<WriteResult> result) {
    RoutedDataPlane.Route route = routes.apply(operation.stream());
    Optional<String> leader = view.leader(route.group()).map(ClusterView.Leader::node);
    CompletableFuture<WriteResult> tried =
        route.local().filter(LocalShard::leads).isPresent()
                || leader.isEmpty()
                || leader.get().equals(self)
            ? here(operation)
            : there(leader.get(), route, operation, method, deadlineNanos);
    tried.whenComplete(
        (outcome, failure) -> {
          boolean again =
              failure != null
                  || outcome instanceof WriteResult.Failed failed
                      && (failed.code() == ErrorCode.WRONG_ENDPOINT
                          || failed.code() == ErrorCode.CLUSTER_DEGRADED
                          || failed.code() == ErrorCode.RESOURCE_DEPLETED);
          long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
          if (!again) {
            result.complete(outcome);
          } else if (left > RETRY_MILLIS) {
            timer.schedule(
                () -> attempt(operation, method, deadlineNanos, result),
                RETRY_MILLIS,
                TimeUnit.MILLISECONDS);
          } else {
            String shard = "shard " + route.range().shard();
            result.complete(
                new WriteResult.Failed(
                    ErrorCode.CLUSTER_DEGRADED,
                    shard + " has no leader that answers within the deadline",
                    true,
                    false,
                    0));
          }
        });
  }

  /** Does it on this node, or says WRONG_ENDPOINT when it does not lead the shard. */
  public CompletableFuture<WriteResult> here(Operation operation) {
    RoutedDataPlane.Route route = routes.apply(operation.stream());
    if (route.local().filter(LocalShard::leads).isEmpty()) {
      return CompletableFuture.completedFuture(
          WriteResult.Failed.of(
              ErrorCode.WRONG_ENDPOINT, "this node does not lead shard " + route.range().shard()));
    }
    byte[] command = CommandCodec.encode(new Command.Write(Shard.NO_SESSION, 1, 0, operation));
    return route.local().orElseThrow().log().submit(command).thenApply(Existence::result);
  }

  private static WriteResult result(Object outcome) {
    return switch ((Outcome) outcome) {
      case Outcome.Applied done -> new WriteResult.Applied(done.major(), done.minor());
      case Outcome.Refused no ->
          switch (no.reason()) {
            case REUSED_UUID -> WriteResult.Failed.of(ErrorCode.REUSED_UUID, no.detail());
            case NOT_INITIALISED, WRONG_SHARD ->
                WriteResult.Failed.of(ErrorCode.CLUSTER_DEGRADED, no.detail());
            case NO_SUCH_STREAM -> WriteResult.Failed.of(ErrorCode.NO_SUCH_STREAM, no.detail());
            case UNKNOWN_SESSION, TOO_MANY_SESSIONS, SEQUENCE_OUT_OF_WINDOW ->
                throw new IllegalStateException("no session was used, yet: " + no);
            case NO_SUCH_VERSION, OVERLAPPING_RANGES, TOO_MANY_RANGES ->
                throw new IllegalStateException("nothing was configured, yet: " + no);
          };
      case Outcome.Done done -> throw new IllegalStateException("a write came to " + done);
      case Outcome.Ignored ignored -> throw new IllegalStateException("a write came to " + ignored);
    };
  }

  private CompletableFuture<WriteResult> there(
      String node,
      RoutedDataPlane.Route route,
      Operation operation,
      MethodDescriptor<StreamExistence, WriteOutcome> method,
      long deadlineNanos) {
    StreamExistence request =
        StreamExistence.newBuilder()
            .setShard(route.range().shard())
            .setUuid(UuidBytes.of(operation.stream()))
            .build();
    return channels
        .call(
            node, method, request, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()))
        .thenApply(
            reply ->
                reply.getCode() == 0
                    ? new WriteResult.Applied(reply.getVersionMajor(), reply.getVersionMinor())
                    : WriteResult.Failed.of(Codes.of(reply.getCode()), reply.getMessage()));
  }
}
