package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.btrdb.client.Btrdb;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(400)
class LaggingFollowerTest {
  private static final int ROUNDS_MAX = 60;

  @RegisterExtension final ClusterUnderTest cluster = ClusterUnderTest.withShortLogs();

  @Test
  void shouldCatchUpByTransferWhenTheLogItNeedsIsGone() throws Exception {
    long seed = Seed.choose("LaggingFollowerTest");
    Random random = new Random(seed);
    try (Btrdb db = cluster.connectPatiently()) {
      List<StreamLedger> ledgers = WriteLoad.createStreams(db, "lagging", 8, random);
      WriteLoad.insert(db, ledgers, 1, random);
      String lagging = "n2";
      Map<String, Long> applied = new ReplicaGroups(cluster).applied(lagging);
      cluster.cluster().kill(lagging);
      List<String> purged = writeUntilPurged(db, ledgers, applied, random);
      System.out.printf(
          "  %,d points later %d of %d groups have purged entries that %s lacks%n",
          ledgers.stream().mapToLong(StreamLedger::acknowledgedCount).sum(),
          purged.size(),
          applied.size(),
          lagging);

      cluster.restart(lagging);
      assertEquals(List.of(), new ReplicaGroups(cluster).dead(lagging));
      WriteLoad.insert(db, ledgers, 1, random);
      cluster.cluster().kill("n1");
      WriteLoad.insert(db, ledgers, 1, random);
      Verification.assertAllThere(db, ledgers);
    }
  }

  /** Logs are purged by whole files, so that it takes a few megabytes of each. */
  private List<String> writeUntilPurged(
      Btrdb db, List<StreamLedger> ledgers, Map<String, Long> applied, Random random)
      throws IOException {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      WriteLoad.insert(db, ledgers, 2, random);
      List<String> purged = NodeFiles.purgedPast(cluster.cluster().dataDirectory("n1"), applied);
      if (!purged.isEmpty()) {
        return purged;
      }
    }
    return fail("no log was purged");
  }
}
