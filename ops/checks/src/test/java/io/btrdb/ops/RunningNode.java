package io.btrdb.ops;

import io.btrdb.cli.cluster.Ports;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.node.Node;
import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** A node alone in this process. */
final class RunningNode implements AutoCloseable {
  private final Node node;
  private final NodeConfig config;

  private RunningNode(Node node, NodeConfig config) {
    this.node = node;
    this.config = config;
  }

  static RunningNode start(Path folder) throws IOException, InterruptedException {
    Ports ports = Ports.free(1).get(0);
    Path file = folder.resolve("node.yaml");
    Files.writeString(
        file,
        """
        node: n1
        dataDirectory: %s
        shards: 2
        members:
          - {node: n1, grpcPort: %d, httpPort: %d, raftPort: %d, zooKeeperPort: %d}
        """
            .formatted(
                folder.resolve("data"),
                ports.grpc(),
                ports.http(),
                ports.raft(),
                ports.zooKeeper()));
    NodeConfig config = ConfigFile.read(file);
    return new RunningNode(Node.start(config), config);
  }

  /** Writes and reads a little, so that requests have been counted. */
  void use() {
    try (Btrdb db = Btrdb.connect(config.self().grpc())) {
      BtrdbStream stream = db.create(UUID.randomUUID(), "ops", Map.of("name", "a"), Map.of());
      stream.insert(new long[] {1, 2}, new double[] {1, 2});
      stream.count();
    }
  }

  /** Names of all samples that the node shows. */
  Set<String> metrics() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI page = URI.create("http://" + config.self().http() + "/metrics");
      return client
          .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("[{ ]", 2)[0])
          .collect(Collectors.toSet());
    }
  }

  @Override
  public void close() throws InterruptedException {
    node.stop();
  }
}
