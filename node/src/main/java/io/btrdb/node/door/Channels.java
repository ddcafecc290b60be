package io.btrdb.node.door;

import io.btrdb.node.tls.Dial;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.netty.channel.ChannelOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One channel to each other node, made when first needed. Thread-safe. */
final class Channels implements AutoCloseable {
  private static final int CONNECT_MILLIS = 1_000;
  private static final long KEEP_ALIVE_SECONDS = 2;

  static final int FLOW_WINDOW_BYTES = 1 << 20;

  private final int flowWindowBytes;
  private final Dial dial;
  private final ConcurrentHashMap<String, ManagedChannel> open = new ConcurrentHashMap<>();

  /**
   * @param flowWindowBytes that a call may have under way before somebody takes them
   * @param dial how other nodes are called
   */
  Channels(int flowWindowBytes, Dial dial) {
    this.flowWindowBytes = flowWindowBytes;
    this.dial = dial;
  }

  /**
   * The channel to an address, ready to try anew if the last try failed.
   *
   * @param address host:port
   */
  ManagedChannel to(String address) {
    ManagedChannel channel = open.computeIfAbsent(address, this::open);
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    return channel;
  }

  private ManagedChannel open(String address) {
    return dial.to(address)
        .directExecutor()
        .flowControlWindow(flowWindowBytes)
        .maxInboundMessageSize(Limits.INBOUND_MESSAGE_BYTES)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        // Finds a node that hangs or vanished without a word, while calls wait for it.
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .disableRetry()
        .build();
  }

  @Override
  public void close() {
    open.values().forEach(ManagedChannel::shutdownNow);
  }
}
