package io.btrdb.chaos;

import io.btrdb.client.Btrdb;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(900)
class KillEachNodeInTurnTest {
  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  @Test
  void shouldKeepEveryAcknowledgedPointOnceWhileEachNodeInTurnIsKilled() throws Exception {
    long seed = Seed.choose("KillEachNodeInTurnTest");
    try (Btrdb db = cluster.connectPatiently();
        Workload load = Workload.start(db, "kill/turn", seed)) {
      Duration worst = Duration.ZERO;
      int rounds = Seed.rounds(10);
      for (int round = 0; round < rounds; round++) {
        String node = cluster.nodes().get(round % cluster.nodes().size());
        for (AckTimeline.Pauses pauses : killAndRestart(round, node, db, load)) {
          worst = worst.compareTo(pauses.stream()) > 0 ? worst : pauses.stream();
        }
      }
      System.out.printf(
          "  longest pause in acknowledged writes of one stream: %d ms (goal: 2000 ms)%n",
          worst.toMillis());
      load.finish();
    }
  }

  private List<AckTimeline.Pauses> killAndRestart(int round, String node, Btrdb db, Workload load)
      throws Exception {
    boolean leads = cluster.leaders(db).contains(node);
    load.pauses();
    cluster.cluster().kill(node);
    load.awaitWrites();
    AckTimeline.Pauses killed = load.pauses();
    cluster.restart(node);
    load.awaitWrites();
    AckTimeline.Pauses restarted = load.pauses();
    System.out.printf(
        "  round %2d: %s (%s) killed: paused %s; back: paused %s%n",
        round + 1, node, leads ? "leads" : "follows", killed, restarted);
    return List.of(killed, restarted);
  }
}
