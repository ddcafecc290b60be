package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.btrdb.client.Btrdb;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(400)
class WipedNodeTest {
  private static final Duration REJOIN = Duration.ofSeconds(120);

  /** Three shards and the catalog. */
  private static final int GROUPS = 4;

  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  private final ReplicaGroups groups = new ReplicaGroups(cluster);

  @Test
  void shouldTakeAWipedNodeInAgainAndLoseNothingWhileAnotherOneIsKilled() throws Exception {
    long seed = Seed.choose("WipedNodeTest");
    try (Btrdb db = cluster.connectPatiently();
        Workload load = Workload.start(db, "wiped", seed)) {
      load.writes().awaitPoints(20_000, Workload.RESUME);
      String before = groups.hello("n1").getIncarnation();

      cluster.cluster().kill("n1");
      load.awaitWrites();
      ClusterUnderTest.deleteFolder(cluster.cluster().dataDirectory("n1"));
      cluster.cluster().start("n1");
      // The newcomer has no vote yet, so that without n2 there is no majority until n2 is back.
      cluster.cluster().kill("n2");
      cluster.restart("n2");
      cluster.awaitReady("n1");

      String after = groups.hello("n1").getIncarnation();
      assertNotEquals(before, after);
      boolean listened = groups.awaitVoter(after, GROUPS, REJOIN);
      load.awaitWrites();
      System.out.printf(
          "  %s became voter of all groups as %s%s; paused %s%n",
          before, after, listened ? ", seen as a listener before" : "", load.pauses());

      cluster.cluster().kill("n2");
      load.awaitWrites();
      load.writes().awaitPoints(5_000, Workload.RESUME);
      System.out.printf("  with n2 killed: paused %s%n", load.pauses());
      load.finish();
      assertEquals(List.of(), groups.dead("n1"));
    }
  }
}
