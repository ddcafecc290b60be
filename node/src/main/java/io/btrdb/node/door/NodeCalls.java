package io.btrdb.node.door;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the calls of nodes and operators, each of which has a thread: so many at once, of which
 * each host has its share. More end with RESOURCE_EXHAUSTED.
 */
final class NodeCalls implements ServerInterceptor {
  private final FairShare share;

  NodeCalls(int most) {
    share = new FairShare(most);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String account = Accounts.host(call);
    if (!share.take(account, 1)) {
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription(
              "this node has as many calls of nodes and operators as it may for you"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    AtomicBoolean ended = new AtomicBoolean();
    Runnable end =
        () -> {
          if (ended.compareAndSet(false, true)) {
            share.give(account, 1);
          }
        };
    ServerCall<Q, R> counted =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            end.run();
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(counted, headers)) {
      @Override
      public void onCancel() {
        end.run();
        super.onCancel();
      }
    };
  }
}
