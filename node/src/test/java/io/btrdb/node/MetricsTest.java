package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.consensus.FreePorts;
import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.http.MetricHelp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node alone, asked what it measures; and the documentation, asked the same. */
@Timeout(60)
class MetricsTest {
  private static final Path DOCUMENTATION = Path.of("../docs/operations.md");

  @TempDir static Path folder;
  private static Node node;
  private static String page;

  @BeforeAll
  static void start() throws Exception {
    List<Integer> ports = Stream.generate(FreePorts::next).distinct().limit(4).toList();
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
                folder.resolve("data"), ports.get(0), ports.get(1), ports.get(2), ports.get(3)));
    NodeConfig config = ConfigFile.read(file);
    node = Node.start(config);
    try (HttpClient client = HttpClient.newHttpClient()) {
      page =
          client
              .send(
                  HttpRequest.newBuilder(URI.create("http://" + config.self().http() + "/metrics"))
                      .build(),
                  BodyHandlers.ofString())
              .body();
    }
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (node != null) {
      node.stop();
    }
  }

  private static Set<String> shown(String comment) {
    return page.lines()
        .filter(line -> line.startsWith("# " + comment + " "))
        .map(line -> line.split(" ")[2])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What the door counts appears with the first request of a method. */
  private static boolean ofRequests(String name) {
    return name.startsWith("btrdb_door_") && !name.equals("btrdb_door_connections");
  }

  /** What there is only with a shared pool. */
  private static boolean ofPool(String name) {
    return name.startsWith("btrdb_pool_");
  }

  @Test
  void shouldExplainEachMetricAndNoOthers() {
    assertEquals(shown("TYPE"), shown("HELP"));
    Set<String> explained = new TreeSet<>(MetricHelp.all().keySet());
    explained.removeIf(name -> ofRequests(name) || ofPool(name));
    Set<String> shown = shown("TYPE");
    shown.removeIf(MetricsTest::ofRequests);
    assertEquals(explained, shown);
  }

  @Test
  void shouldDocumentEachMetricAndNoOthers() throws IOException {
    Set<String> documented =
        Files.readAllLines(DOCUMENTATION).stream()
            .filter(line -> line.startsWith("| `btrdb_"))
            .map(line -> line.split("\\|")[1])
            .flatMap(cell -> Pattern.compile("`(btrdb_\\w+)`").matcher(cell).results())
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(MetricHelp.all().keySet()), documented);
  }

  @Test
  void shouldLabelTheFiguresOfAReplicaWithItsGroup() {
    for (String group : List.of("shard-0", "shard-1", "catalog")) {
      assertTrue(page.contains("\nbtrdb_replica_healthy{group=\"" + group + "\"} "), group);
    }
    assertTrue(page.contains("\nbtrdb_replica_backlog_bytes{group=\"shard-1\"} 0\n"), page);
    assertTrue(!page.contains("btrdb_replica_backlog_bytes{group=\"catalog\"}"), page);
  }

  @Test
  void shouldCountWhatOnlyGrows() {
    Set<String> counters =
        page.lines()
            .filter(line -> line.startsWith("# TYPE ") && line.endsWith(" counter"))
            .map(line -> line.split(" ")[2])
            .collect(Collectors.toSet());
    assertTrue(counters.contains("btrdb_replica_points_logged_total"), page);
    assertTrue(counters.stream().allMatch(name -> name.endsWith("_total")), page);
    assertTrue(!page.contains(" NaN"), page);
  }
}
