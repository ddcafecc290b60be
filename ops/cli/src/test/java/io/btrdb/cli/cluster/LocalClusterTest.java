package io.btrdb.cli.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalClusterTest {
  @TempDir Path folder;

  private Process process;

  @AfterEach
  void endWhatWeStarted() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  private Process sleeper() throws IOException {
    process = new ProcessBuilder("sleep", "1000").start();
    return process;
  }

  @Test
  void shouldRememberAProcessThatRuns() throws IOException, InterruptedException {
    PidFile file = new PidFile(folder.resolve("pid"));
    assertEquals(Optional.empty(), file.read());
    file.write(sleeper().toHandle());
    assertEquals(process.pid(), file.read().orElseThrow().pid());
    process.destroyForcibly().waitFor();
    assertEquals(Optional.empty(), file.read());
  }

  @Test
  void shouldNeverTakeARecycledPidForOurs() throws IOException {
    Path path = folder.resolve("pid");
    PidFile file = new PidFile(path);
    file.write(sleeper().toHandle());
    List<String> lines = Files.readAllLines(path);
    // Another process that was given the id of one of ours: born at another time, or boot.
    String otherTime = lines.get(1).replaceFirst("\\d+$", "1");
    String otherBoot = lines.get(1).replaceFirst("boot [0-9a-f]", "boot x");
    for (String birth : new String[] {otherTime, otherBoot, ""}) {
      assertNotEquals(lines.get(1), birth);
      Files.writeString(path, lines.get(0) + "\n" + birth + "\n");
      assertEquals(Optional.empty(), file.read(), birth);
    }
    for (String broken : new String[] {"", "x\ny\n", lines.get(0) + "\n", "-1\n" + lines.get(1)}) {
      Files.writeString(path, broken);
      assertEquals(Optional.empty(), file.read(), broken);
    }
    assertTrue(process.isAlive());
  }

  @Test
  void shouldNotSignalAProcessThatIsNotOurs() throws IOException {
    LocalCluster cluster = LocalCluster.create(folder, ClusterPlan.of(Ports.free(1)));
    Path pid = folder.resolve("n1/node.pid");
    new PidFile(pid).write(sleeper().toHandle());
    Files.writeString(pid, Files.readString(pid).replaceFirst("\\d+\n$", "1\n"));
    assertFalse(cluster.isRunning("n1"));
    cluster.kill("n1");
    assertEquals(List.of(), cluster.stopAll(Duration.ofSeconds(1)));
    assertTrue(process.isAlive());
  }

  @Test
  void shouldNameThePortThatIsTakenAndWhoHasIt() throws IOException {
    List<Ports> ports = Ports.free(3);
    LocalCluster cluster = LocalCluster.create(folder, ClusterPlan.of(ports));
    int taken = ports.get(1).raft();
    try (ServerSocket socket = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
      assertTrue(socket.isBound());
      ClusterProblem problem = assertThrows(ClusterProblem.class, cluster::startAll);
      assertTrue(problem.getMessage().contains("port " + taken + " (Raft of node n2)"));
      if (Files.isDirectory(Path.of("/proc/self"))) {
        String self = "process " + ProcessHandle.current().pid();
        assertTrue(problem.getMessage().contains(self), problem.getMessage());
      }
      assertFalse(cluster.isRunning("n1"), "none starts when one cannot");
    }
  }

  @Test
  void shouldNotFoundAClusterOnTakenPorts() throws IOException {
    List<Ports> ports = Ports.free(1);
    Path target = folder.resolve("new");
    try (ServerSocket socket =
        new ServerSocket(ports.get(0).grpc(), 1, InetAddress.getLoopbackAddress())) {
      assertTrue(socket.isBound());
      assertThrows(ClusterProblem.class, () -> LocalCluster.create(target, ClusterPlan.of(ports)));
    }
    assertFalse(LocalCluster.exists(target));
  }

  @Test
  void shouldWriteSettingsThatTheNodesTake() {
    LocalCluster.create(folder.resolve("with space"), ClusterPlan.of(Ports.from(24_410, 3)));
    NodeConfig config = ConfigFile.read(folder.resolve("with space/n2/node.yaml"));
    assertEquals("n2", config.node());
    assertEquals(3, config.members().size());
    assertEquals(3, config.shards());
    assertEquals(3, config.replication());
    assertEquals("127.0.0.1:24420", config.self().grpc());
    assertEquals("127.0.0.1:24422", config.self().http());
    assertEquals("127.0.0.1:24423", config.self().raft());
    assertEquals(folder.resolve("with space/n2/data"), config.dataDirectory());
  }

  @Test
  void shouldKeepEditedSettingsAndAddMissingOnes() throws IOException {
    ClusterPlan plan = ClusterPlan.of(Ports.from(24_410, 3));
    LocalCluster.create(folder, plan);
    Path first = folder.resolve("n1/node.yaml");
    Files.writeString(
        first, Files.readString(first).replace("commitMegabytes: 4", "commitMegabytes: 8"));
    Files.delete(folder.resolve("n3/node.yaml"));
    LocalCluster again = LocalCluster.create(folder, plan);
    assertEquals(8, again.config("n1").write().commitMegabytes());
    assertEquals("n3", again.config("n3").node());
  }

  @Test
  void shouldRefuseFoldersOfOthers() throws IOException {
    LocalCluster.create(folder.resolve("three"), ClusterPlan.of(Ports.from(24_410, 3)));
    ClusterProblem other =
        assertThrows(
            ClusterProblem.class,
            () ->
                LocalCluster.create(
                    folder.resolve("three"), ClusterPlan.of(Ports.from(24_410, 5))));
    assertTrue(other.getMessage().contains("a cluster of 3 nodes, not of 5"));
    Files.writeString(folder.resolve("letter.txt"), "dear");
    assertThrows(
        ClusterProblem.class,
        () -> LocalCluster.create(folder, ClusterPlan.of(Ports.from(24_410, 1))));
    assertThrows(ClusterProblem.class, () -> LocalCluster.open(folder));
    Path moved = Files.move(folder.resolve("three"), folder.resolve("moved"));
    Files.createDirectories(moved.resolve("n1/data"));
    ClusterProblem away = assertThrows(ClusterProblem.class, () -> LocalCluster.open(moved));
    assertTrue(away.getMessage().contains("dataDirectory"), away.getMessage());
  }

  @Test
  void shouldLetOnlyOneAtATimeStartAndStop() {
    try (LocalCluster.Lock lock = LocalCluster.lock(folder)) {
      assertThrows(ClusterProblem.class, () -> LocalCluster.lock(folder), lock::toString);
    }
    LocalCluster.lock(folder).close();
  }

  @Test
  void shouldShowWhyANodeDiedAtStart() throws IOException {
    LocalCluster cluster =
        LocalCluster.create(
            folder, ClusterPlan.of(Ports.free(1)).withJvmOptions(List.of("-XX:NoSuchOption=1")));
    cluster.start("n1");
    ClusterProblem problem =
        assertThrows(ClusterProblem.class, () -> cluster.awaitReady(Duration.ofSeconds(30)));
    assertTrue(problem.getMessage().contains("n1 has ended"), problem.getMessage());
    assertTrue(problem.getMessage().contains("NoSuchOption"), problem.getMessage());
    assertFalse(cluster.isRunning("n1"));
  }

  @Test
  void shouldNeverUseTheTlsPort() {
    assertThrows(IllegalArgumentException.class, () -> Ports.from(4409, 1));
    assertThrows(IllegalArgumentException.class, () -> Ports.from(65_530, 3));
    assertEquals(List.of(4410, 4420, 4430), Ports.from(4410, 3).stream().map(Ports::grpc).toList());
    assertThrows(ClusterProblem.class, () -> ClusterPlan.of(Ports.from(4410, 2)));
    assertThrows(ClusterProblem.class, () -> JvmOptions.of("lots"));
  }

  @Test
  void shouldLimitLogsAndShowTheirEnd() throws IOException {
    NodeLog log = new NodeLog(folder.resolve("node.log"));
    assertEquals(List.of(), log.tail(5));
    StringBuilder text = new StringBuilder();
    IntStream.range(0, 2_000_000).forEach(i -> text.append("line ").append(i).append('\n'));
    Files.writeString(log.file(), text);
    assertEquals(List.of("line 1999998", "line 1999999"), log.tail(2));
    log.limit();
    assertEquals(0, Files.size(log.file()));
    assertTrue(Files.size(log.older()) > 16 << 20);
  }

  @Test
  void shouldFindTheShardsInANodesMetrics() {
    NodeMetrics metrics =
        NodeMetrics.parse(
            """
            # TYPE btrdb_replica_backlog_bytes gauge
            btrdb_replica_backlog_bytes{group="shard-0"} 1048576
            btrdb_replica_backlog_bytes{group="shard-1"} 5.24288E5
            btrdb_replica_applied_index{group="shard-1"} 7
            btrdb_replica_applied_index{group="shard-0"} 12
            btrdb_replica_applied_index{group="catalog"} 3
            btrdb_door_requests_total{method="Insert",code="1 2"} 3
            nonsense
            """);
    assertEquals(Optional.of("1.5 MB"), metrics.backlog());
    assertEquals(Optional.of("0:12 1:7"), metrics.applied());
    assertEquals(Optional.empty(), NodeMetrics.parse("").backlog());
  }
}
