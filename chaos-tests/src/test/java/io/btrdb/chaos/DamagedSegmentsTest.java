package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.Btrdb;
import io.btrdb.client.Version;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tree blocks of one node are damaged while it is down. Its logs are short, so that most of those
 * blocks are not written again when it starts and replays them.
 */
@Timeout(300)
class DamagedSegmentsTest {
  private static final String NODE = "n3";
  private static final int BATCHES = 8;
  private static final long DISTANCE_BYTES = 300_000;

  @RegisterExtension final ClusterUnderTest cluster = ClusterUnderTest.withShortLogs();

  @Test
  void shouldReadRightThroughANodeWhoseSegmentsAreDamaged() throws Exception {
    Random random = new Random(Seed.choose("flipped bytes in segments"));
    try (Btrdb db = cluster.connectPatiently()) {
      List<StreamLedger> ledgers = WriteLoad.createStreams(db, "segments", 8, random);
      WriteLoad.insert(db, ledgers, BATCHES, random);
      Map<UUID, Version> versions = new HashMap<>();
      for (StreamLedger ledger : ledgers) {
        versions.put(ledger.stream(), db.stream(ledger.stream()).flush());
      }
      print("_checkpoint_index");
      cluster.cluster().stop(NODE, ClusterUnderTest.READY);
      List<Path> extents = NodeFiles.extents(cluster.cluster().dataDirectory(NODE));
      assertFalse(extents.isEmpty(), "no segment was written");
      for (Path extent : extents) {
        NodeFiles.flip(extent, DISTANCE_BYTES, random);
      }
      cluster.restart(NODE);
      for (StreamLedger ledger : ledgers) {
        readThroughNode(ledger, versions.get(ledger.stream()));
      }
      print("btrdb_segments_");
      // With another node gone, the damaged one is half of the cluster that is left.
      cluster.cluster().kill("n1");
      WriteLoad.insert(db, ledgers, 1, random);
      Verification.assertAllThere(db, ledgers);
      assertTrue(cluster.cluster().isRunning(NODE));
    }
  }

  private void print(String metric) {
    cluster
        .cluster()
        .metrics(NODE)
        .lines()
        .filter(line -> line.contains(metric) && !line.startsWith("#"))
        .forEach(line -> System.out.println("  " + line));
  }

  private void readThroughNode(StreamLedger ledger, Version version) {
    try (V5Client door = V5Client.connect(cluster.cluster().endpoint(NODE))) {
      StreamLedger.Mark mark = ledger.mark();
      Points pinned = door.values(ledger.stream(), WriteLoad.START, WriteLoad.END, version.major());
      Verification.assertNone(ledger.check(mark, WriteLoad.START, WriteLoad.END, pinned));
    }
  }
}
