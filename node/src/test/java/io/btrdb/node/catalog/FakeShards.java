package io.btrdb.node.catalog;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.WriteResult;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** All shards as one map: true while the stream lives, false for its tombstone. */
final class FakeShards implements StreamExistence {
  final Map<UUID, Boolean> streams = new ConcurrentHashMap<>();
  private final Faults faults;

  FakeShards(Faults faults) {
    this.faults = faults;
  }

  @Override
  public CompletableFuture<WriteResult> open(UUID stream, long deadlineNanos) {
    return step(
        () ->
            Boolean.FALSE.equals(streams.putIfAbsent(stream, true))
                ? WriteResult.Failed.of(ErrorCode.REUSED_UUID, "tombstone")
                : new WriteResult.Applied(10, 0));
  }

  @Override
  public CompletableFuture<WriteResult> drop(UUID stream, long deadlineNanos) {
    return step(
        () -> {
          streams.put(stream, false);
          return new WriteResult.Applied(10, 0);
        });
  }

  private CompletableFuture<WriteResult> step(java.util.function.Supplier<WriteResult> effect) {
    return CompletableFuture.completedFuture(
        faults.around(
            effect,
            unknown ->
                new WriteResult.Failed(
                    ErrorCode.CLUSTER_DEGRADED, "shard without leader", unknown, false, 0)));
  }
}
