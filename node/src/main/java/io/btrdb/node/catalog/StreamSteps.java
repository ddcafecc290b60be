package io.btrdb.node.catalog;

import io.btrdb.api.ErrorCode;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.node.plane.WriteResult;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The second half of a create and of an obliterate: first the stream's shard, then the catalog.
 * Every step may have been done before, by whoever led the catalog then.
 */
final class StreamSteps {
  private final LocalCatalog local;
  private final StreamExistence existence;

  StreamSteps(LocalCatalog local, StreamExistence existence) {
    this.local = local;
    this.existence = existence;
  }

  /** The stream is reserved for the request: opens it in its shard, then shows it. */
  CompletableFuture<Attempt<Void>> finishCreate(UUID request, UUID uuid, long deadlineNanos) {
    return existence
        .open(uuid, deadlineNanos)
        .thenCompose(
            result ->
                switch (result) {
                  case WriteResult.Applied opened -> confirm(request, uuid);
                  case WriteResult.Failed no ->
                      no.code() == ErrorCode.REUSED_UUID
                          ? release(request, uuid, no)
                          : left(no, "create", uuid);
                })
        .exceptionally(failure -> Failures.attempt(failure, true));
  }

  private CompletableFuture<Attempt<Void>> confirm(UUID request, UUID uuid) {
    return local.submit(new CatalogCommand.Confirm(request, uuid)).thenApply(Failures::attempt);
  }

  /** The shard will never take it: the UUID was obliterated. */
  private CompletableFuture<Attempt<Void>> release(
      UUID request, UUID uuid, WriteResult.Failed refusal) {
    return local
        .submit(new CatalogCommand.Release(request, uuid))
        .thenApply(done -> Attempt.failed(ErrorCode.REUSED_UUID, refusal.message(), false));
  }

  /** The stream is hidden: drops it in its shard, then buries it. */
  CompletableFuture<Attempt<Void>> finishObliterate(UUID uuid, long deadlineNanos) {
    return existence
        .drop(uuid, deadlineNanos)
        .thenCompose(
            result ->
                switch (result) {
                  case WriteResult.Applied dropped -> bury(uuid);
                  case WriteResult.Failed no ->
                      isGone(no.code()) ? bury(uuid) : left(no, "obliterate", uuid);
                })
        .exceptionally(failure -> Failures.attempt(failure, true));
  }

  private CompletableFuture<Attempt<Void>> bury(UUID uuid) {
    return local.submit(new CatalogCommand.Bury(uuid)).thenApply(Failures::attempt);
  }

  private static boolean isGone(ErrorCode code) {
    return code == ErrorCode.NO_SUCH_STREAM || code == ErrorCode.REUSED_UUID;
  }

  /** The shard did not answer in time. It is driven on in the background. */
  private static CompletableFuture<Attempt<Void>> left(
      WriteResult.Failed failure, String what, UUID uuid) {
    return CompletableFuture.completedFuture(
        Attempt.failed(
            failure.code(),
            what
                + " of stream "
                + uuid
                + " has begun, its shard did not follow: "
                + failure.message(),
            true));
  }
}
