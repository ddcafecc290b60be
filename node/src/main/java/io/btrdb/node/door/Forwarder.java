package io.btrdb.node.door;

import com.google.protobuf.MessageLite;
import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.ReadPlace;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Passes a request on to another node and its answer back, message by message, at the pace of the
 * receiver: at most {@link Limits#FORWARD_AHEAD} messages are here at a time. Blocks its caller.
 */
final class Forwarder implements AutoCloseable {
  private final Channels channels = new Channels();

  /** What is passed on: a method by its name, and the request as it came. */
  record Request(MethodDescriptor<?, ?> method, MessageLite message) {
    private MethodDescriptor<byte[], byte[]> raw() {
      return method.toBuilder(Marshallers.BYTES, Marshallers.BYTES).build();
    }
  }

  /** How the other node's answer went on. */
  sealed interface Event {
    record Message(byte[] bytes) implements Event {}

    record Closed(Status status) implements Event {}
  }

  /**
   * True when the exchange has been answered and ended; false when the node could not be reached,
   * or does not hold what is asked for (any more): then nothing has been answered, and the caller
   * may look for the right node again.
   */
  boolean forward(ReadPlace.There there, Request request, Exchange exchange) {
    long patience = exchange.deadlineNanos() - System.nanoTime();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(patience, TimeUnit.NANOSECONDS);
    ClientCall<byte[], byte[]> call = channels.to(there.grpc()).newCall(request.raw(), options);
    LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    Metadata headers = new Metadata();
    headers.put(Exchange.FORWARDED, "1");
    call.start(new Inbox(events), headers);
    call.request(Limits.FORWARD_AHEAD);
    call.sendMessage(request.message().toByteArray());
    call.halfClose();
    // Only now: a call that is cancelled may not be sent on.
    exchange.onCancel(() -> call.cancel("the client went away", null));
    try {
      return relay(there, call, events, exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      call.cancel("this node is stopping", e);
      exchange.refuse(ErrorCode.CLUSTER_DEGRADED, "this node is stopping: ask another one");
      return true;
    } finally {
      exchange.onCancel(() -> {});
    }
  }

  private static boolean relay(
      ReadPlace.There there,
      ClientCall<?, ?> call,
      LinkedBlockingQueue<Event> events,
      Exchange exchange)
      throws InterruptedException {
    boolean begun = false;
    while (true) {
      // Always ends: the call has a deadline of its own, and closes with it.
      switch (events.take()) {
        case Event.Message message -> {
          if (!begun && exchange.codeOf(message.bytes()) == ErrorCode.WRONG_ENDPOINT.number()) {
            call.cancel("not the right node", null);
            return false;
          }
          begun = true;
          if (!exchange.awaitReceiver()) {
            call.cancel("the receiver is gone or time is up", null);
            exchange.expire();
            return true;
          }
          exchange.relay(message.bytes());
          call.request(1);
        }
        case Event.Closed closed -> {
          return close(there, closed.status(), begun, exchange);
        }
      }
    }
  }

  private static boolean close(
      ReadPlace.There there, Status status, boolean begun, Exchange exchange) {
    switch (status.getCode()) {
      case OK -> exchange.finish();
      case DEADLINE_EXCEEDED, CANCELLED -> exchange.expire();
      case UNAVAILABLE -> {
        if (!begun) {
          return false;
        }
        exchange.refuse(
            Refusal.of(
                ErrorCode.CLUSTER_DEGRADED,
                "node %s at %s went away in the middle of its answer: ask again",
                there.nodeId(),
                there.grpc()));
      }
      default ->
          exchange.refuse(
              Refusal.of(
                  ErrorCode.GENERIC_ERROR,
                  "node %s at %s answered %s: %s",
                  there.nodeId(),
                  there.grpc(),
                  status.getCode(),
                  status.getDescription()));
    }
    return true;
  }

  @Override
  public void close() {
    channels.close();
  }

  /** Bounded by how many messages are requested. */
  private static final class Inbox extends ClientCall.Listener<byte[]> {
    private final LinkedBlockingQueue<Event> events;

    Inbox(LinkedBlockingQueue<Event> events) {
      this.events = events;
    }

    @Override
    public void onMessage(byte[] message) {
      events.add(new Event.Message(message));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      events.add(new Event.Closed(status));
    }
  }
}
