package io.btrdb.chaos;

import static io.btrdb.chaos.Verification.assertAllThere;
import static io.btrdb.chaos.Verification.assertNone;

import io.btrdb.client.Btrdb;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(900)
class KillEachNodeInTurnTest {
  private static final Duration RESUME = Duration.ofSeconds(30);
  private static final int STREAMS = 8;

  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  @Test
  void shouldKeepEveryAcknowledgedPointOnceWhileEachNodeInTurnIsKilled() throws Exception {
    long seed = Seed.choose("KillEachNodeInTurnTest");
    try (Btrdb db = cluster.connectPatiently()) {
      List<StreamLedger> ledgers =
          WriteLoad.createStreams(db, "kill/turn", STREAMS, new Random(seed));
      try (WriteLoad writes = WriteLoad.start(db, ledgers, seed);
          ReadLoad reads = ReadLoad.start(db, ledgers, seed)) {
        writes.timeline().awaitAll(RESUME);
        killInTurn(db, writes);
        writes.stop();
        List<Violation> found = reads.stop();
        System.out.printf(
            "  %,d points acknowledged, %,d reads of latest; failed: %d writes, %d reads%n",
            writes.acknowledgedPoints(),
            reads.reads(),
            writes.failures().size(),
            reads.failures().size());
        assertNone(found);
      }
      assertAllThere(db, ledgers);
    }
  }

  private void killInTurn(Btrdb db, WriteLoad writes) throws Exception {
    Duration worst = Duration.ZERO;
    int rounds = Seed.rounds(10);
    for (int round = 0; round < rounds; round++) {
      String node = cluster.nodes().get(round % cluster.nodes().size());
      List<String> leaders = cluster.leaders(db);
      writes.timeline().report();
      cluster.cluster().kill(node);
      writes.timeline().awaitAll(RESUME);
      AckTimeline.Pauses killed = writes.timeline().report();
      cluster.restart(node);
      writes.timeline().awaitAll(RESUME);
      AckTimeline.Pauses restarted = writes.timeline().report();
      System.out.printf(
          "  round %2d: %s (%s) killed: paused %s; back: paused %s%n",
          round + 1, node, leaders.contains(node) ? "leads" : "follows", killed, restarted);
      for (AckTimeline.Pauses pauses : List.of(killed, restarted)) {
        worst = worst.compareTo(pauses.stream()) > 0 ? worst : pauses.stream();
      }
    }
    System.out.printf(
        "  longest pause in acknowledged writes of one stream: %d ms (goal: 2000 ms)%n",
        worst.toMillis());
  }
}
