package io.btrdb.node;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** How the endpoints of operators answer. */
final class Replies {
  private Replies() {}

  /** Answers once, when the value is there; a failure is a status. */
  static <R> void answer(StreamObserver<R> reply, CompletableFuture<R> future) {
    future.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            reply.onNext(value);
            reply.onCompleted();
          } else {
            reply.onError(
                Status.UNAVAILABLE
                    .withDescription(failure.toString())
                    .withCause(failure)
                    .asRuntimeException());
          }
        });
  }
}
