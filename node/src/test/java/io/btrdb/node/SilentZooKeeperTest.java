package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.StatusRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A ZooKeeper that takes connections and never says a word. */
@Timeout(300)
class SilentZooKeeperTest {
  @TempDir Path folder;

  @Test
  void shouldFormServeFailOverAndRestartWithoutAWordFromZooKeeper() throws Exception {
    // Connections are made by the system, and nobody ever takes them.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        InProcessNodes nodes =
            new InProcessNodes(folder, 1, "127.0.0.1:" + silent.getLocalPort())
                .found("n1", "n2", "n3")) {
      String leader = nodes.leader(nodes.groups().get(0));
      String other =
          List.of("n1", "n2", "n3").stream().filter(n -> !n.equals(leader)).findFirst().get();
      try (SteadyWriter writer = new SteadyWriter("silent", () -> nodes.client(other)).start()) {
        writer.awaitMore(50);
        nodes.stop(leader);
        writer.awaitMore(50);
        nodes.start(leader);
        nodes.awaitReady(leader);
        writer.awaitMore(50);
        for (String node : List.of("n1", "n2", "n3")) {
          assertEquals("lost", zooKeeper(nodes, node), "what " + node + " says of ZooKeeper");
        }
        writer.finish();
      }
    }
  }

  private static String zooKeeper(InProcessNodes nodes, String node) {
    return AdminGrpc.newBlockingStub(nodes.channel(node))
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .status(StatusRequest.getDefaultInstance())
        .getZooKeeper();
  }
}
