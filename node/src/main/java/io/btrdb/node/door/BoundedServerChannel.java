package io.btrdb.node.door;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A listening socket that closes what it accepts beyond a number of open connections. */
final class BoundedServerChannel extends NioServerSocketChannel {
  private final int connectionsMax;
  private final AtomicInteger connections;

  BoundedServerChannel(int connectionsMax, AtomicInteger connections) {
    this.connectionsMax = connectionsMax;
    this.connections = connections;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int read = super.doReadMessages(accepted);
    if (read > 0) {
      Channel newest = (Channel) accepted.get(accepted.size() - 1);
      if (connections.incrementAndGet() > connectionsMax) {
        connections.decrementAndGet();
        accepted.remove(accepted.size() - 1);
        newest.unsafe().closeForcibly();
        return 0;
      }
      newest.closeFuture().addListener(closed -> connections.decrementAndGet());
    }
    return read;
  }
}
