package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.node.tls.Dial;
import io.grpc.Channel;
import io.grpc.Status;

/**
 * Passes a request on to another node and its answer back, message by message, at the pace of the
 * receiver: at most {@link Limits#FORWARD_AHEAD} messages are here at a time. Blocks its caller.
 */
final class Forwarder implements AutoCloseable {
  private final Channels channels;

  /** For reads of many streams at a time, which are all open and each wait for the slowest. */
  private final Channels narrow;

  /**
   * @param dial how other nodes are called
   */
  Forwarder(Dial dial) {
    channels = new Channels(Channels.FLOW_WINDOW_BYTES, dial);
    narrow = new Channels(Limits.JOINED_WINDOW_BYTES, dial);
  }

  /**
   * True when the exchange has been answered and ended; false when the node could not be reached,
   * or does not hold what is asked for (any more): then nothing has been answered, and the caller
   * may look for the right node again.
   */
  boolean forward(ReadPlace.There there, RemoteAnswer.Request request, Exchange exchange) {
    RemoteAnswer answer =
        RemoteAnswer.ask(channels.to(there.grpc()), request, Limits.FORWARD_AHEAD, exchange);
    // Only now: a call that is cancelled may not be sent on.
    exchange.onCancel(() -> answer.cancel("the client went away"));
    try {
      return relay(there, answer, exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.cancel("this node is stopping");
      exchange.refuse(ErrorCode.CLUSTER_DEGRADED, "this node is stopping: ask another one");
      return true;
    } finally {
      exchange.onCancel(() -> {});
    }
  }

  private static boolean relay(ReadPlace.There there, RemoteAnswer answer, Exchange exchange)
      throws InterruptedException {
    boolean begun = false;
    while (true) {
      switch (answer.next()) {
        case RemoteAnswer.Event.Message message -> {
          if (!begun && exchange.codeOf(message.bytes()) == ErrorCode.WRONG_ENDPOINT.number()) {
            answer.cancel("not the right node");
            return false;
          }
          begun = true;
          if (!exchange.awaitReceiver()) {
            answer.cancel("the receiver is gone or time is up");
            exchange.expire();
            return true;
          }
          exchange.relay(message.bytes());
          answer.taken();
        }
        case RemoteAnswer.Event.Closed closed -> {
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

  /** Asks another node for one stream of several; what it answers is taken one by one. */
  RemoteAnswer ask(ReadPlace.There there, RemoteAnswer.Request request, Exchange exchange) {
    return RemoteAnswer.ask(narrow.to(there.grpc()), request, 1, exchange);
  }

  /** The channel to another node. */
  Channel channel(String address) {
    return channels.to(address);
  }

  @Override
  public void close() {
    channels.close();
    narrow.close();
  }
}
