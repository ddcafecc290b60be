package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.client.Btrdb;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log of one node is damaged while it is down; the other two nodes have it all. */
@Timeout(400)
class DamagedLogTest {
  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  private final ReplicaGroups groups = new ReplicaGroups(cluster);

  private interface Damage {
    void to(Path data) throws Exception;
  }

  /** The damaged node comes back, and shows that it can carry the cluster with one other. */
  private void shouldComeBackAfter(Damage damage, long seed) throws Exception {
    try (Btrdb db = cluster.connectPatiently();
        Workload load = Workload.start(db, "damaged", seed)) {
      load.writes().awaitPoints(20_000, Workload.RESUME);
      String node = db.topology().shards().get(0).leader().orElseThrow();
      // Another term begins another log file and completes the one before.
      cluster.cluster().kill(node);
      load.awaitWrites();
      cluster.restart(node);
      load.writes().awaitPoints(10_000, Workload.RESUME);
      cluster.cluster().kill(node);
      // What the lost majority acknowledged together is on both of the others after this.
      load.awaitWrites();
      String before = incarnationText(node);
      damage.to(cluster.cluster().dataDirectory(node));
      cluster.restart(node);
      assertEquals(List.of(), groups.dead(node));
      System.out.printf("  %s is ready, was %s, is %s%n", node, before, incarnationText(node));
      groups.awaitVoter(groups.hello(node).getIncarnation(), 4, ClusterUnderTest.READY);
      String other =
          cluster.nodes().stream().filter(n -> !n.equals(node)).findFirst().orElseThrow();
      cluster.cluster().kill(other);
      load.awaitWrites();
      assertEquals(List.of(), groups.dead(node));
      load.finish();
    }
  }

  private String incarnationText(String node) {
    return cluster.cluster().isRunning(node) ? groups.hello(node).getIncarnation() : "down";
  }

  @Test
  void shouldRecoverFromATornLog() throws Exception {
    long seed = Seed.choose("torn log");
    shouldComeBackAfter(data -> NodeFiles.tear(NodeFiles.openLog(data), 37), seed);
  }

  @Test
  void shouldRecoverFromAFlippedByteInTheMiddleOfALog() throws Exception {
    long seed = Seed.choose("flipped byte in a closed log");
    shouldComeBackAfter(
        data -> NodeFiles.flipMiddle(NodeFiles.closedLog(data).orElseThrow(), new Random(seed)),
        seed);
  }
}
