package io.btrdb.node.door;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listening socket that closes what it accepts beyond a number of open connections, of which each
 * host has its share.
 */
final class BoundedServerChannel extends NioServerSocketChannel {
  private final FairShare share;
  private final AtomicInteger connections;

  /**
   * @param connections counts those that are open
   */
  BoundedServerChannel(FairShare share, AtomicInteger connections) {
    this.share = share;
    this.connections = connections;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int read = super.doReadMessages(accepted);
    if (read > 0) {
      Channel newest = (Channel) accepted.get(accepted.size() - 1);
      String host = Accounts.host(newest.remoteAddress());
      if (!share.take(host, 1)) {
        accepted.remove(accepted.size() - 1);
        newest.unsafe().closeForcibly();
        return 0;
      }
      connections.incrementAndGet();
      newest
          .closeFuture()
          .addListener(
              closed -> {
                connections.decrementAndGet();
                share.give(host, 1);
              });
    }
    return read;
  }
}
