package io.btrdb.node;

import io.btrdb.node.config.NodeConfig.Member;
import io.btrdb.node.door.Doorkeeper;
import io.btrdb.node.door.GrpcDoorOptions.Encrypted;
import io.btrdb.node.security.Guard;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The node's gRPC port while it belongs to no cluster yet: the other nodes can reach it, clients
 * find nothing.
 */
final class FormationDoor implements AutoCloseable {
  private final List<Server> servers;

  private FormationDoor(List<Server> servers) {
    this.servers = servers;
  }

  static FormationDoor open(
      Member member, Guard guard, Optional<Encrypted> encrypted, BindableService peer)
      throws IOException {
    FormationDoor door = new FormationDoor(new ArrayList<>());
    try {
      if (encrypted.isEmpty() || !encrypted.get().alone()) {
        door.serve(builder(member.host(), member.grpcPort(), guard, peer));
      }
      if (encrypted.isPresent()) {
        door.serve(
            builder(member.host(), encrypted.get().port(), guard, peer)
                .sslContext(encrypted.get().context()));
      }
    } catch (IOException e) {
      door.close();
      throw new IOException(
          "cannot listen on "
              + member.host()
              + ":"
              + member.grpcPort()
              + encrypted.map(tls -> " or " + tls.port()).orElse("")
              + " for gRPC: stop what holds that port, perhaps another node, or configure another"
              + " one",
          e);
    }
    return door;
  }

  private static NettyServerBuilder builder(
      String host, int port, Guard guard, BindableService peer) {
    return NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
        .permitKeepAliveTime(500, TimeUnit.MILLISECONDS)
        .addService(Doorkeeper.watch(guard, peer));
  }

  private void serve(NettyServerBuilder builder) throws IOException {
    servers.add(builder.build().start());
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdown);
    try {
      for (Server server : servers) {
        if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
          server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
        }
      }
    } catch (InterruptedException e) {
      servers.forEach(Server::shutdownNow);
      Thread.currentThread().interrupt();
    }
  }
}
