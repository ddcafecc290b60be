package io.btrdb.node.catalog;

import io.btrdb.node.plane.WriteResult;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The existence of streams in their shards. Both verbs are idempotent, may be called from any
 * thread, do not block, and complete with a result, never exceptionally.
 */
public interface StreamExistence {
  /**
   * The stream exists from here on. Fails for good only with {@link
   * io.btrdb.api.ErrorCode#REUSED_UUID}.
   *
   * @param deadlineNanos {@link System#nanoTime} by which it completes, whatever happens
   */
  CompletableFuture<WriteResult> open(UUID stream, long deadlineNanos);

  /**
   * The stream and its data are gone from here on; so they are when the shard knows no such stream.
   */
  CompletableFuture<WriteResult> drop(UUID stream, long deadlineNanos);
}
