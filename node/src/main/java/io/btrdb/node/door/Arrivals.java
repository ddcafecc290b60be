package io.btrdb.node.door;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.Executor;

/**
 * Bounds the bytes of messages that have begun to arrive and are not complete: gRPC keeps them
 * until they are, up to the largest message for each call. Hosts share what there is; a call that
 * would have its host hold more is ended with RESOURCE_EXHAUSTED, and for those who serve it that
 * is a client that went away. Thread-safe.
 */
final class Arrivals extends ServerStreamTracer.Factory implements ServerInterceptor {
  private static final Context.Key<Arriving> ARRIVING = Context.key("btrdb-arriving");

  private final FairShare share;
  private final Executor executor;

  /**
   * @param executor ends calls: not the thread that is in the middle of a message
   */
  Arrivals(FairShare share, Executor executor) {
    this.share = share;
    this.executor = executor;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Arriving();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Arriving arriving = ARRIVING.get();
    CutCall<Q, R> guarded = new CutCall<>(call);
    arriving.whenTooMuch(guarded::cut);
    return new SimpleForwardingServerCallListener<>(next.startCall(guarded, headers)) {
      @Override
      public void onComplete() {
        if (guarded.isCut()) {
          super.onCancel();
        } else {
          super.onComplete();
        }
      }
    };
  }

  /** What has arrived of the next message of one call. */
  private final class Arriving extends ServerStreamTracer {
    private String host;
    private long held;
    private Runnable whenTooMuch = () -> {};

    synchronized void whenTooMuch(Runnable cut) {
      whenTooMuch = cut;
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(ARRIVING, this);
    }

    @Override
    public synchronized void serverCallStarted(ServerCallInfo<?, ?> call) {
      host = Accounts.host(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }

    @Override
    public synchronized void inboundWireSize(long bytes) {
      if (host == null) {
        return;
      }
      held += bytes;
      if (!share.take(host, bytes)) {
        share.charge(host, bytes);
        executor.execute(whenTooMuch);
      }
    }

    @Override
    public void inboundMessageRead(int number, long wireBytes, long bytes) {
      letGo();
    }

    @Override
    public void streamClosed(Status status) {
      letGo();
    }

    private synchronized void letGo() {
      if (held > 0) {
        share.give(host, held);
        held = 0;
      }
    }
  }

  /** A call that may be ended beside those who serve it, who then find it cancelled. */
  private static final class CutCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private boolean closed;
    private boolean cut;

    CutCall(ServerCall<Q, R> call) {
      super(call);
    }

    synchronized void cut() {
      if (!closed) {
        closed = true;
        cut = true;
        super.close(
            Status.RESOURCE_EXHAUSTED.withDescription(
                "as many bytes of requests are arriving at this node as it may have for you"),
            new Metadata());
      }
    }

    synchronized boolean isCut() {
      return cut;
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!closed) {
        closed = true;
        super.close(status, trailers);
      }
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!cut) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(R message) {
      if (!cut) {
        super.sendMessage(message);
      }
    }

    @Override
    public boolean isCancelled() {
      return isCut() || super.isCancelled();
    }
  }
}
