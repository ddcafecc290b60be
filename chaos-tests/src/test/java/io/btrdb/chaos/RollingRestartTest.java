package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.Btrdb;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(300)
class RollingRestartTest {
  private static final Duration STOP = Duration.ofSeconds(40);

  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  @Test
  void shouldFailNoOperationWhileAllNodesAreRestartedOneAfterAnother() throws Exception {
    long seed = Seed.choose("RollingRestartTest");
    try (Btrdb db = cluster.connect();
        Workload load = Workload.start(db, "rolling", seed)) {
      Machine machine = new Machine(cluster);
      for (String node : cluster.nodes()) {
        load.awaitWrites();
        load.pauses();
        machine.goes(node);
        boolean graceful = cluster.cluster().stop(node, STOP);
        assertTrue(graceful, () -> node + " had to be killed after " + STOP);
        load.awaitWrites();
        AckTimeline.Pauses stopped = load.pauses();
        cluster.restart(node);
        load.awaitWrites();
        System.out.printf(
            "  %s stopped: paused %s; back: paused %s%n", node, stopped, load.pauses());
      }
      System.out.printf("  writes took: %s%n", load.writes().latencies());
      System.out.printf("  reads took:  %s%n", load.reads().latencies());
      System.out.printf("  %s%n", machine);
      load.finish();
      assertEquals(List.of(), load.writes().failures());
      assertEquals(List.of(), load.reads().failures());
    }
  }
}
