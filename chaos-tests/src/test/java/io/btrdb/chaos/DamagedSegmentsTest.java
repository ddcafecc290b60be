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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
  private static final int UNREADABLE = 432;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
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

  /**
   * Reads a pinned version from the node itself. Where it meets damage it answers 432 and fetches
   * the block from another node, so that the same read succeeds soon; what it never gives is
   * something wrong.
   */
  private void readThroughNode(StreamLedger ledger, Version version) {
    long deadline = System.nanoTime() + Workload.RESUME.toNanos();
    int refusals = 0;
    try (V5Client door = V5Client.connect(cluster.cluster().endpoint(NODE))) {
      while (true) {
        try {
          StreamLedger.Mark mark = ledger.mark();
          Points pinned =
              door.values(ledger.stream(), WriteLoad.START, WriteLoad.END, version.major());
          Verification.assertNone(ledger.check(mark, WriteLoad.START, WriteLoad.END, pinned));
          System.out.printf("  stream read after %d refusals%n", refusals);
          return;
        } catch (V5Client.Refused e) {
          if (e.code() != UNREADABLE || System.nanoTime() - deadline > 0) {
            throw e;
          }
          refusals++;
          LockSupport.parkNanos(POLL_NANOS);
        }
      }
    }
  }
}
