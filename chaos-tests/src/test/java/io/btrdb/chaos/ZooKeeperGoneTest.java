package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.NodeStatus;
import io.btrdb.client.Btrdb;
import io.btrdb.node.config.NodeConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * ZooKeeper is on no path of data. How long it is gone: {@code -Dbtrdb.chaos.zookeeper.seconds=600}
 * (120 by default).
 */
@Timeout(1200)
class ZooKeeperGoneTest {
  private static final long GONE_SECONDS = Long.getLong("btrdb.chaos.zookeeper.seconds", 120);
  private static final Duration SOON = Duration.ofSeconds(60);

  @RegisterExtension
  @Order(1)
  final ZooKeeperProcess zooKeeper = new ZooKeeperProcess();

  @RegisterExtension
  @Order(2)
  final ClusterUnderTest cluster =
      new ClusterUnderTest(
          config ->
              config.withPlacement(
                  new NodeConfig.Placement(
                      zooKeeper.connectString(),
                      Optional.empty(),
                      Optional.empty(),
                      4_000,
                      600,
                      2,
                      0,
                      true)));

  @Test
  void shouldServeOnWithoutZooKeeperThroughAFailoverAndARestart() throws Exception {
    long seed = Seed.choose("ZooKeeperGoneTest");
    try (Btrdb db = cluster.connectPatiently();
        Operator operator = operator("n1");
        Workload load = Workload.start(db, "zookeeper/gone", seed)) {
      operator.await("all take part", SOON, ZooKeeperGoneTest::isWhole);
      zooKeeper.kill();
      operator.await("it is gone", SOON, status -> !status.getZooKeeper().equals("connected"));
      load.awaitWrites();
      load.pauses();
      rest();
      load.awaitWrites();
      System.out.printf("  without ZooKeeper: paused %s%n", load.pauses());
      String victim = killALeader(db);
      load.awaitWrites();
      System.out.printf("  %s, a leader, killed: paused %s%n", victim, load.pauses());
      cluster.restart(victim);
      load.awaitWrites();
      System.out.printf("  %s is back: paused %s%n", victim, load.pauses());
      assertTrue(operator.drain(victim, false).getMessage().contains("ZooKeeper"));
      rest();
      load.awaitWrites();
      zooKeeper.start();
      Duration back = operator.await("all take part again", SOON, ZooKeeperGoneTest::isWhole);
      System.out.printf("  all nodes registered %d ms after ZooKeeper's start%n", back.toMillis());
      load.finish();
      assertEquals(List.of(), load.writes().failures());
      assertEquals(List.of(), load.reads().failures());
    }
  }

  @Test
  void shouldFillAWipedZooKeeperFromWhatNodesKnow() throws Exception {
    try (Operator operator = operator("n2")) {
      operator.await("all take part", SOON, ZooKeeperGoneTest::isWhole);
      assertEquals(0, operator.drain("n3", false).getCode());
      operator.await("n3 drains", SOON, status -> draining(status).equals(List.of("n3")));
      for (boolean restart : new boolean[] {false, true}) {
        zooKeeper.kill();
        zooKeeper.wipe();
        if (restart) {
          cluster.nodes().forEach(cluster.cluster()::kill);
          cluster.nodes().forEach(cluster.cluster()::start);
          cluster.nodes().forEach(cluster::awaitReady);
        } else {
          operator.await("it is gone", SOON, status -> !status.getZooKeeper().equals("connected"));
        }
        zooKeeper.start();
        Duration filled = operator.await("all take part", SOON, ZooKeeperGoneTest::isWhole);
        operator.await("n3 drains still", SOON, status -> draining(status).equals(List.of("n3")));
        System.out.printf(
            "  filled %d ms after its start%s%n",
            filled.toMillis(), restart ? ", all nodes having been restarted" : "");
      }
      assertEquals(0, operator.drain("n3", true).getCode());
      operator.await("n3 drains no more", SOON, status -> draining(status).isEmpty());
    }
  }

  private Operator operator(String node) {
    return new Operator(cluster.cluster().endpoints()[cluster.nodes().indexOf(node)]);
  }

  private String killALeader(Btrdb db) {
    List<String> leaders = cluster.leaders(db);
    // Not the one that answers the operator.
    String victim = leaders.stream().filter(node -> !node.equals("n1")).findFirst().orElse("n2");
    cluster.cluster().kill(victim);
    return victim;
  }

  private static void rest() {
    LockSupport.parkNanos(Duration.ofSeconds(GONE_SECONDS).toNanos() / 2);
  }

  private static boolean isWhole(ClusterStatus status) {
    return status.getZooKeeper().equals("connected")
        && !status.getController().isEmpty()
        && status.getNodesList().stream().allMatch(NodeStatus::getRegistered)
        && status.getGroupsList().stream().noneMatch(group -> group.getLeader().isEmpty());
  }

  private static List<String> draining(ClusterStatus status) {
    return status.getNodesList().stream()
        .filter(NodeStatus::getDraining)
        .map(node -> node.getCard().getNodeId())
        .toList();
  }
}
