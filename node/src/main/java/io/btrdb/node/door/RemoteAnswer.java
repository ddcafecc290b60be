package io.btrdb.node.door;

import com.google.protobuf.MessageLite;
import io.btrdb.node.security.Guard;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The answer of another node to a request that was passed on, message by message at the pace of who
 * takes them. One thread takes; any may cancel.
 */
final class RemoteAnswer {
  /** What is passed on: a method by its name, and the request as it came. */
  record Request(MethodDescriptor<?, ?> method, MessageLite message) {
    private MethodDescriptor<byte[], byte[]> raw() {
      return method.toBuilder(Marshallers.BYTES, Marshallers.BYTES).build();
    }
  }

  /** How the answer goes on. */
  sealed interface Event {
    record Message(byte[] bytes) implements Event {}

    record Closed(Status status) implements Event {}
  }

  private final ClientCall<byte[], byte[]> call;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Exchange exchange;

  private RemoteAnswer(ClientCall<byte[], byte[]> call, Exchange exchange) {
    this.call = call;
    this.exchange = exchange;
  }

  /**
   * Asks another node, on behalf of the exchange and for as long as that may last.
   *
   * @param ahead how many messages may be here before they are taken
   */
  static RemoteAnswer ask(Channel channel, Request request, int ahead, Exchange exchange) {
    long patience = exchange.deadlineNanos() - System.nanoTime();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(patience, TimeUnit.NANOSECONDS);
    RemoteAnswer answer = new RemoteAnswer(channel.newCall(request.raw(), options), exchange);
    Metadata headers = new Metadata();
    headers.put(Exchange.FORWARDED, "1");
    headers.put(Guard.BEHALF, exchange.caller().name());
    headers.put(Accounts.HEADER, exchange.account());
    answer.call.start(answer.new Inbox(), headers);
    answer.call.request(ahead);
    answer.call.sendMessage(request.message().toByteArray());
    answer.call.halfClose();
    return answer;
  }

  /** Waits for what comes next. Always ends: the call has a deadline, and closes with it. */
  Event next() throws InterruptedException {
    Event event = events.poll();
    return event != null ? event : exchange.idle(events::take);
  }

  /** Makes room for one more message. */
  void taken() {
    call.request(1);
  }

  void cancel(String why) {
    call.cancel(why, null);
  }

  /** Bounded by how many messages are requested. */
  private final class Inbox extends ClientCall.Listener<byte[]> {
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
