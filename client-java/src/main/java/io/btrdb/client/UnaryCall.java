package io.btrdb.client;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** One try of a call with one answer, on the caller's thread; closing it cancels what is left. */
final class UnaryCall<R> implements AutoCloseable {
  /** How long a node may say nothing before it is asked whether it still lives. */
  private static final long QUIET_NANOS = 400_000_000L;

  private final Cluster cluster;
  private final NodeLink link;
  private MessageStream<R> stream;

  UnaryCall(Cluster cluster, NodeLink link) {
    this.cluster = cluster;
    this.link = link;
  }

  /**
   * @throws io.grpc.StatusRuntimeException when there was no answer, CANCELLED when the thread was
   *     interrupted, with its interruption restored
   */
  <Q> R run(MethodDescriptor<Q, R> method, Metadata headers, Q request, Attempts attempts) {
    stream = new MessageStream<>();
    link.readBegins();
    stream.attach(
        MessageStream.start(
            link.channel().newCall(method, CallOptions.DEFAULT.withExecutor(stream)),
            stream,
            headers,
            request));
    try {
      while (true) {
        R response = stream.next(Math.min(QUIET_NANOS, attempts.remainingNanos()));
        if (response != null) {
          link.heard();
          return response;
        }
        if (stream.closed() != null) {
          Status ended = stream.closed();
          throw (ended.isOk() ? Status.INTERNAL.withDescription("no answer") : ended)
              .asRuntimeException();
        }
        if (attempts.isOver()) {
          throw Status.DEADLINE_EXCEEDED.withDescription("no answer").asRuntimeException();
        }
        cluster.suspect(link);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").withCause(e).asRuntimeException();
    }
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.cancel();
      link.readEnds();
    }
  }
}
