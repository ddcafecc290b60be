package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(400)
class LaggingFollowerTest {
  private static final int BATCHES = 14;
  private static final int BATCH_POINTS = 10_000;

  @RegisterExtension final ClusterUnderTest cluster = ClusterUnderTest.withShortLogs();

  @Test
  void shouldCatchUpByTransferWhenTheLogItNeedsIsGone() throws Exception {
    long seed = Seed.choose("LaggingFollowerTest");
    Random random = new Random(seed);
    try (Btrdb db = cluster.connectPatiently()) {
      List<StreamLedger> ledgers = WriteLoad.createStreams(db, "lagging", 8, random);
      write(db, ledgers, 1, random);
      String lagging = "n2";
      Map<String, Long> applied = new ReplicaGroups(cluster).applied(lagging);
      cluster.cluster().kill(lagging);
      write(db, ledgers, BATCHES, random);
      List<String> purged = NodeFiles.purgedPast(cluster.cluster().dataDirectory("n1"), applied);
      System.out.printf(
          "  %d of %d groups have purged entries that %s lacks%n",
          purged.size(), applied.size(), lagging);
      assertTrue(!purged.isEmpty(), "no log was purged: write more, or check checkpoints");

      cluster.restart(lagging);
      assertEquals(List.of(), new ReplicaGroups(cluster).dead(lagging));
      write(db, ledgers, 1, random);
      cluster.cluster().kill("n1");
      write(db, ledgers, 1, random);
      Verification.assertAllThere(db, ledgers);
    }
  }

  private static void write(Btrdb db, List<StreamLedger> ledgers, int batches, Random random) {
    for (int i = 0; i < batches; i++) {
      for (StreamLedger ledger : ledgers) {
        StreamLedger.Attempt attempt =
            ledger.attempt(random.longs(BATCH_POINTS, WriteLoad.START, WriteLoad.END).toArray());
        BtrdbStream stream = db.stream(ledger.stream());
        ledger.acknowledged(attempt, stream.insert(attempt.times(), attempt.values()));
      }
    }
  }
}
