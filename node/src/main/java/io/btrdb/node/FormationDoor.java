package io.btrdb.node;

import io.btrdb.node.config.NodeConfig.Member;
import io.btrdb.node.door.Doorkeeper;
import io.btrdb.node.security.Guard;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The node's gRPC port while it belongs to no cluster yet: the other nodes can reach it, clients
 * find nothing.
 */
final class FormationDoor implements AutoCloseable {
  private final Server server;

  private FormationDoor(Server server) {
    this.server = server;
  }

  static FormationDoor open(Member member, Guard guard, BindableService peer) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(member.host(), member.grpcPort()))
            .permitKeepAliveTime(500, TimeUnit.MILLISECONDS)
            .addService(Doorkeeper.watch(guard, peer))
            .build();
    try {
      server.start();
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on "
              + member.host()
              + ":"
              + member.grpcPort()
              + " for gRPC: stop what holds that port, perhaps another node, or configure another"
              + " one",
          e);
    }
    return new FormationDoor(server);
  }

  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
