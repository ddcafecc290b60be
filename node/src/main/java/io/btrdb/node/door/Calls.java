package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.door.Marshallers.Inbound;
import io.btrdb.node.security.Denial;
import io.btrdb.node.security.Guard;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Makes gRPC methods of endpoints: one request in, bytes out, let in by {@link Admission}. */
final class Calls {
  private final Admission admission;
  private final Patience patience;
  private final Guard guard;
  private final Failures failures;
  private final DoorMetrics metrics;

  /**
   * @param patience with clients that give no deadline, or a later one
   */
  Calls(
      Admission admission, Patience patience, Guard guard, Failures failures, DoorMetrics metrics) {
    this.admission = admission;
    this.patience = patience;
    this.guard = guard;
    this.failures = failures;
    this.metrics = metrics;
  }

  <T> ServerMethodDefinition<?, ?> method(
      MethodDescriptor<T, ?> contract, ReplyForm form, Endpoint<T> endpoint) {
    MethodDescriptor<Inbound<T>, byte[]> served =
        contract.toBuilder(Marshallers.inbound(contract.getRequestMarshaller()), Marshallers.BYTES)
            .build();
    Need<T> need = Rights.of(contract);
    DoorMetrics.Method measured = metrics.method(contract.getBareMethodName());
    ServerCallHandler<Inbound<T>, byte[]> handler =
        (call, headers) -> {
          Exchange exchange =
              new Exchange(call, headers, guard.caller(), form, failures, measured, patience);
          if (!guard.isOpen()) {
            exchange.noting(outcome -> note(call, exchange, need, outcome));
          }
          measured.began();
          // One request, and a second one only to notice that there is a second one.
          call.request(2);
          return new Listener<>(call, exchange, need, endpoint, measured);
        };
    return ServerMethodDefinition.create(served, handler);
  }

  /** Changes, and what was refused for want of rights. */
  private void note(ServerCall<?, ?> call, Exchange exchange, Need<?> need, String outcome) {
    boolean refused = outcome.equals(Status.Code.PERMISSION_DENIED.name());
    if (refused || need.isNoted()) {
      guard
          .audit()
          .note(
              exchange.caller().name(),
              Doorkeeper.address(call),
              call.getMethodDescriptor().getBareMethodName(),
              exchange.subject().map(UUID::toString).orElse(""),
              outcome.equals("0") ? "ok" : outcome);
    }
  }

  private final class Listener<T> extends ServerCall.Listener<Inbound<T>> {
    private final ServerCall<?, ?> call;
    private final Exchange exchange;
    private final Need<T> need;
    private final Endpoint<T> endpoint;
    private final DoorMetrics.Method measured;
    private Inbound<T> request;
    private boolean serving;

    Listener(
        ServerCall<?, ?> call,
        Exchange exchange,
        Need<T> need,
        Endpoint<T> endpoint,
        DoorMetrics.Method measured) {
      this.call = call;
      this.exchange = exchange;
      this.need = need;
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
      } else {
        admit(request.bytes());
      }
    }

    private void admit(int bytes) {
      if (admission.enters(exchange.account(), bytes)) {
        serving = true;
        exchange.onEnd(() -> admission.left(exchange.account(), bytes));
        serve();
      } else {
        exchange.refuse(
            Refusal.of(
                ErrorCode.RESOURCE_DEPLETED,
                "this node is answering as many calls as it may for you: try again in %d ms",
                Limits.RETRY_AFTER_MILLIS));
      }
    }

    private void serve() {
      T message = request.message();
      request = new Inbound<>(null, null, 0);
      if (guard.isOpen()) {
        serve(message);
        return;
      }
      CompletableFuture<Optional<Denial>> denial =
          need.ofRequest(guard, exchange.caller(), message, exchange.patienceNanos());
      exchange.whenDone(denial, no -> no.ifPresentOrElse(exchange::deny, () -> serve(message)));
    }

    private void serve(T message) {
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
