package io.btrdb.node.door;

import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.catalog.Capability;
import io.btrdb.node.security.Caller;
import io.btrdb.node.security.Denial;
import io.btrdb.node.security.Guard;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What a caller may do with the streams of one frame. */
final class SubmitRights {
  private record Wish(UUID stream, Capability capability) {}

  private final Map<Wish, CompletableFuture<Optional<Denial>>> wishes = new HashMap<>();

  private SubmitRights() {}

  static SubmitRights of(Guard guard, Caller caller, SubmitFrame frame, long deadlineNanos) {
    SubmitRights rights = new SubmitRights();
    for (WriteRequest request : frame.getRequestsList()) {
      wish(request)
          .ifPresent(
              wish ->
                  rights.wishes.computeIfAbsent(
                      wish,
                      w ->
                          guard.permit(
                              caller, w.capability(), List.of(w.stream()), deadlineNanos)));
    }
    return rights;
  }

  /** Empty for a UUID that is none, which is refused for that. */
  private static Optional<Wish> wish(WriteRequest request) {
    return UuidBytes.parse(request.getUuid()).map(stream -> new Wish(stream, capability(request)));
  }

  /** The right that the contract's call for such a write takes, too. */
  private static Capability capability(WriteRequest request) {
    return switch (request.getOperationCase()) {
      case INSERT, FLUSH, OPERATION_NOT_SET -> Capability.INSERT;
      case DELETE, CONFIGURE -> Capability.DELETE;
    };
  }

  /** The contract's call for such a write, when the audit log is to name it even if it is done. */
  static Optional<String> noted(WriteRequest request) {
    return switch (request.getOperationCase()) {
      case INSERT, FLUSH, OPERATION_NOT_SET -> Optional.empty();
      case DELETE -> Optional.of("Delete");
      case CONFIGURE -> Optional.of("SetCompactionConfig");
    };
  }

  /** Completes when all rights are known. */
  CompletableFuture<Void> known() {
    return CompletableFuture.allOf(wishes.values().toArray(CompletableFuture[]::new));
  }

  /** Why a request of the frame is not done. To be asked once {@link #known} has completed. */
  Optional<Refusal> refusal(WriteRequest request) {
    return wish(request)
        .map(wishes::get)
        .flatMap(CompletableFuture::join)
        .map(
            denial ->
                switch (denial) {
                  case Denial.Forbidden forbidden ->
                      new Refusal(Guard.code(denial), forbidden.status().getDescription());
                  case Denial.Failed failed -> new Refusal(failed.code(), failed.message());
                });
  }
}
