package io.btrdb.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Connections to one node for streamed answers, one to each cursor that is open. What a cursor has
 * not read yet takes up its connection's HTTP/2 window, so that a cursor left standing on a shared
 * connection would hold up all others, and with them whoever merges several. Any thread.
 */
final class ReadChannels {
  private static final int IDLE_MAX = 4;

  private final Supplier<ManagedChannel> factory;
  private final Set<ManagedChannel> lent = new HashSet<>();
  private final ArrayDeque<ManagedChannel> idle = new ArrayDeque<>();
  private boolean retired;

  ReadChannels(Supplier<ManagedChannel> factory) {
    this.factory = factory;
  }

  synchronized ManagedChannel borrow() {
    ManagedChannel channel = idle.isEmpty() ? factory.get() : idle.pop();
    lent.add(channel);
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    return channel;
  }

  /** The cursor's call has ended or been cancelled. */
  synchronized void giveBack(ManagedChannel channel) {
    if (lent.remove(channel) && idle.size() < IDLE_MAX && !retired) {
      idle.push(channel);
    } else {
      channel.shutdownNow();
    }
  }

  /** Cursors that are open go on to their end; their connections are not used again. */
  synchronized void retire() {
    retired = true;
    idle.forEach(ManagedChannel::shutdownNow);
    idle.clear();
  }

  /** Ends all calls: the node has gone silent, or the client closes. */
  synchronized void giveUp() {
    lent.forEach(ManagedChannel::shutdownNow);
    idle.forEach(ManagedChannel::shutdownNow);
    lent.clear();
    idle.clear();
  }
}
