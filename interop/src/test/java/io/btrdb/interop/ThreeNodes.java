package io.btrdb.interop;

import io.btrdb.consensus.FreePorts;
import io.btrdb.node.Node;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A cluster of three nodes in this process, on loopback and free ports. */
final class ThreeNodes implements AutoCloseable {
  private static final int SHARDS = 4;

  /** Leaders stay where they were elected: what is checked is the contract, not balance. */
  private static final NodeConfig.Placement UNBALANCED =
      new NodeConfig.Placement("", Optional.empty(), Optional.empty(), 10_000, 600, 2, 0, false);

  private final List<Member> members;
  private final List<Node> nodes;
  private final boolean tls;

  private ThreeNodes(List<Member> members, List<Node> nodes, boolean tls) {
    this.members = members;
    this.nodes = nodes;
    this.tls = tls;
  }

  /** Founds the cluster; each node waits for the others. */
  static ThreeNodes found(Path folder) {
    return found(
        folder, List.of("127.0.0.1", "127.0.0.1", "127.0.0.1"), NodeConfig.Security.DEFAULTS);
  }

  /**
   * Three addresses of this machine's loopback network on which nobody takes port 4411: another
   * three each time, because several tests may run at once.
   */
  static List<String> hosts() {
    Random random = new Random();
    String net = "127." + random.nextInt(1, 255) + "." + random.nextInt(256) + ".";
    return List.of(net + 1, net + 2, net + 3);
  }

  /**
   * @param hosts of the nodes, one each
   */
  static ThreeNodes found(Path folder, List<String> hosts, NodeConfig.Security security) {
    List<Member> members = new ArrayList<>();
    for (String host : hosts) {
      members.add(member("n" + (members.size() + 1), host));
    }
    List<CompletableFuture<Node>> starting = new ArrayList<>();
    for (Member member : members) {
      NodeConfig config =
          small(NodeConfig.of(member.node(), folder.resolve(member.node()), members))
              .withSecurity(security);
      starting.add(
          CompletableFuture.supplyAsync(() -> start(config), task -> new Thread(task).start()));
    }
    return new ThreeNodes(
        members,
        starting.stream().map(CompletableFuture::join).toList(),
        security.tls().isPresent());
  }

  /** Few shards: several clusters share the threads of one process. */
  private static NodeConfig small(NodeConfig whole) {
    return new NodeConfig(
        whole.node(),
        whole.cluster(),
        whole.dataDirectory(),
        whole.zone(),
        whole.capacity(),
        whole.members(),
        SHARDS,
        whole.replication(),
        whole.allowObliterate(),
        UNBALANCED,
        whole.raft(),
        whole.write(),
        whole.read(),
        whole.verify(),
        whole.door(),
        whole.retention(),
        whole.storage(),
        whole.security());
  }

  private static Node start(NodeConfig config) {
    try {
      return Node.start(config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Member member(String node, String host) {
    // The embedded ZooKeeper takes three ports in a row.
    return new Member(
        node,
        host,
        host,
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.inARow(3));
  }

  /** {@code host:port} of each node. */
  List<String> endpoints() {
    return members.stream().map(member -> tls ? member.grpcTls() : member.grpc()).toList();
  }

  @Override
  public void close() {
    CompletableFuture.allOf(
            nodes.stream()
                .map(node -> CompletableFuture.runAsync(node::close))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }
}
