package io.btrdb.chaos;

import io.btrdb.cli.cluster.ClusterPlan;
import io.btrdb.cli.cluster.JvmOptions;
import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.cli.cluster.Ports;
import io.btrdb.client.Btrdb;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Three nodes in processes of their own, in a temporary folder and on free ports. As a static field
 * with {@code @RegisterExtension} it serves all tests of a class, as another field each test has
 * one of its own. However a test ends, its processes end, too; when it fails, the folder stays and
 * the ends of the nodes' logs are printed.
 */
final class ClusterUnderTest
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  static final Duration READY = Duration.ofSeconds(90);
  private static final int NODES = 3;
  private static final int LOG_LINES = 25;

  /** As users run them, but for the optimising compiler: nodes live too short for it to pay. */
  private static final List<String> JVM_OPTIONS =
      Stream.concat(JvmOptions.of("1g").stream(), Stream.of("-XX:TieredStopAtLevel=1")).toList();

  /** Done between the founding of the nodes' folders and their first start. */
  interface Preparation {
    void prepare(LocalCluster cluster) throws IOException;
  }

  private final UnaryOperator<NodeConfig> adjustment;
  private Preparation preparation = founded -> {};
  private LocalCluster cluster;
  private Thread lastResort;
  private boolean ofOneTest;
  private boolean failed;

  ClusterUnderTest() {
    this(UnaryOperator.identity());
  }

  /**
   * @param adjustment of each node's settings
   */
  ClusterUnderTest(UnaryOperator<NodeConfig> adjustment) {
    this.adjustment = adjustment;
  }

  /** A cluster whose replicas take a checkpoint, and purge their logs, after each megabyte. */
  static ClusterUnderTest withShortLogs() {
    return new ClusterUnderTest(
        config -> {
          NodeConfig.Raft raft = config.raft();
          return config.withRaft(
              new NodeConfig.Raft(
                  raft.electionTimeoutMinMillis(),
                  raft.electionTimeoutMaxMillis(),
                  raft.leaderLease(),
                  1,
                  raft.entriesInFlight(),
                  raft.requestTimeoutMillis()));
        });
  }

  ClusterUnderTest prepared(Preparation value) {
    preparation = value;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    start(context.getDisplayName());
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    if (cluster == null) {
      ofOneTest = true;
      start(context.getDisplayName());
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (cluster == null) {
      return;
    }
    context.getExecutionException().ifPresent(this::report);
    if (ofOneTest) {
      end();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (cluster != null) {
      end();
    }
  }

  private void start(String test) throws IOException {
    NodeJars.use(JVM_OPTIONS);
    Path folder = Files.createTempDirectory("btrdb-chaos-");
    NodeConfig.Storage storage = Substrate.storage();
    cluster =
        LocalCluster.create(
            folder.resolve("cluster"),
            ClusterPlan.of(Ports.free(NODES))
                .withJvmOptions(JVM_OPTIONS)
                .withAdjustment(config -> adjustment.apply(config.withStorage(storage))));
    LocalCluster started = cluster;
    lastResort = new Thread(started::killAll);
    Runtime.getRuntime().addShutdownHook(lastResort);
    try {
      preparation.prepare(cluster);
      long begin = System.nanoTime();
      cluster.startAll();
      cluster.awaitReady(READY);
      System.out.printf(
          "%s: three nodes ready after %.1f s in %s%n",
          test, (System.nanoTime() - begin) / 1e9, folder);
    } catch (RuntimeException e) {
      report(e);
      end();
      throw e;
    }
  }

  private void report(Throwable failure) {
    failed = true;
    System.out.printf("FAILED: %s%n  nodes' folders stay in %s%n", failure, cluster.directory());
    for (String node : nodes()) {
      List<String> lines = log(node);
      System.out.printf("--- end of %s (%s)%n", cluster.logFile(node), cluster.state(node));
      lines
          .subList(Math.max(0, lines.size() - LOG_LINES), lines.size())
          .forEach(System.out::println);
    }
  }

  private void end() {
    cluster.killAll();
    Runtime.getRuntime().removeShutdownHook(lastResort);
    if (!failed && !Boolean.getBoolean("btrdb.chaos.keep")) {
      deleteFolder(cluster.directory().getParent());
    }
    cluster = null;
    failed = false;
  }

  static void deleteFolder(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The nodes and what can be done to them. */
  LocalCluster cluster() {
    return cluster;
  }

  List<String> nodes() {
    return cluster.nodes();
  }

  /** All lines of a node's log. */
  List<String> log(String node) {
    try {
      return Files.readAllLines(cluster.logFile(node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Btrdb connect() {
    return Btrdb.builder()
        .endpoints(cluster.endpoints())
        .connectTimeout(Duration.ofSeconds(20))
        .connect();
  }

  /** A client that waits longer than any fault lasts. */
  Btrdb connectPatiently() {
    return Btrdb.builder()
        .endpoints(cluster.endpoints())
        .connectTimeout(Duration.ofSeconds(20))
        .deadline(Duration.ofSeconds(60))
        .connect();
  }

  /** Ids of the nodes that lead a shard or the catalog. */
  List<String> leaders(Btrdb db) {
    return Stream.concat(
            db.topology().shards().stream().flatMap(shard -> shard.leader().stream()),
            db.topology().catalogLeader().stream())
        .distinct()
        .toList();
  }

  /** Waits until every sealed version is in the trees, on every node. */
  void awaitMerged() throws InterruptedException {
    while (nodes().stream()
        .flatMap(node -> cluster.metrics(node).lines())
        .anyMatch(line -> line.matches("btrdb_replica_sealed_versions\\{.* [^0].*"))) {
      Thread.sleep(50);
    }
  }

  /** One node more, once it is ready. */
  String grow() {
    String node = cluster.add(Ports.free(1).get(0));
    restart(node);
    return node;
  }

  void restart(String node) {
    cluster.start(node);
    awaitReady(node);
  }

  void awaitReady(String node) {
    cluster.awaitReady(node, READY, state -> {});
  }

  /** Stops a process in its tracks, as a machine that hangs. */
  void freeze(String node) throws IOException, InterruptedException {
    signal("STOP", node);
  }

  /** Lets a frozen process run on. */
  void thaw(String node) throws IOException, InterruptedException {
    signal("CONT", node);
  }

  private void signal(String name, String node) throws IOException, InterruptedException {
    String pid = Long.toString(cluster.pid(node).orElseThrow());
    int code = new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + " " + pid + " ended with " + code);
    }
  }
}
