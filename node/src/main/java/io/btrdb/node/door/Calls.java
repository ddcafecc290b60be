package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.door.Marshallers.Inbound;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.util.concurrent.Semaphore;

/** Makes gRPC methods of endpoints: one request in, bytes out, and a bound on how many at once. */
final class Calls {
  private final Semaphore permits;
  private final Failures failures;
  private final DoorMetrics metrics;

  /**
   * @param limit how many calls may be in the node at once
   */
  Calls(int limit, Failures failures, DoorMetrics metrics) {
    this.permits = new Semaphore(limit);
    this.failures = failures;
    this.metrics = metrics;
  }

  /**
   * @param longestNanos the deadline of calls whose client gives none or a later one
   */
  <T> ServerMethodDefinition<?, ?> method(
      MethodDescriptor<T, ?> contract, ReplyForm form, long longestNanos, Endpoint<T> endpoint) {
    MethodDescriptor<Inbound<T>, byte[]> served =
        contract.toBuilder(Marshallers.inbound(contract.getRequestMarshaller()), Marshallers.BYTES)
            .build();
    DoorMetrics.Method measured = metrics.method(contract.getBareMethodName());
    ServerCallHandler<Inbound<T>, byte[]> handler =
        (call, headers) -> {
          Exchange exchange = new Exchange(call, headers, form, failures, measured, longestNanos);
          measured.began();
          // One request, and a second one only to notice that there is a second one.
          call.request(2);
          return new Listener<>(call, exchange, endpoint, measured);
        };
    return ServerMethodDefinition.create(served, handler);
  }

  private final class Listener<T> extends ServerCall.Listener<Inbound<T>> {
    private final ServerCall<?, ?> call;
    private final Exchange exchange;
    private final Endpoint<T> endpoint;
    private final DoorMetrics.Method measured;
    private Inbound<T> request;
    private boolean serving;

    Listener(
        ServerCall<?, ?> call,
        Exchange exchange,
        Endpoint<T> endpoint,
        DoorMetrics.Method measured) {
      this.call = call;
      this.exchange = exchange;
      this.endpoint = endpoint;
      this.measured = measured;
    }

    @Override
    public void onMessage(Inbound<T> message) {
      measured.received(message.bytes());
      if (request != null) {
        exchange.reject(Status.INVALID_ARGUMENT.withDescription("more than one request in a call"));
      }
      request = message;
    }

    @Override
    public void onHalfClose() {
      if (request == null) {
        exchange.reject(Status.INVALID_ARGUMENT.withDescription("a call without a request"));
      } else if (request.message() == null) {
        exchange.reject(Status.INVALID_ARGUMENT.withDescription(request.malformed()));
      } else if (!permits.tryAcquire()) {
        exchange.refuse(
            Refusal.of(
                ErrorCode.RESOURCE_DEPLETED,
                "this node is answering as many calls as it may: try again in %d ms",
                Limits.RETRY_AFTER_MILLIS));
      } else {
        serving = true;
        exchange.onEnd(permits::release);
        serve();
      }
    }

    private void serve() {
      T message = request.message();
      request = new Inbound<>(null, null, 0);
      try {
        endpoint.serve(message, exchange);
      } catch (RuntimeException | Error e) {
        exchange.crash(e);
      }
    }

    @Override
    public void onReady() {
      exchange.receiverMoved();
    }

    @Override
    public void onCancel() {
      exchange.cancel();
      if (!serving) {
        exchange.finish();
      }
    }

    @Override
    public String toString() {
      return call.getMethodDescriptor().getFullMethodName();
    }
  }
}
