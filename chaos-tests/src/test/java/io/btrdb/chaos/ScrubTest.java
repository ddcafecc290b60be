package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.backup.VerifyCommand;
import io.btrdb.client.Btrdb;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tree blocks of one node are damaged while it is down; the scrub finds them before any read. */
@Timeout(300)
class ScrubTest {
  private static final String NODE = "n3";
  private static final long DISTANCE_BYTES = 300_000;

  @RegisterExtension final ClusterUnderTest cluster = ClusterUnderTest.withShortLogs();

  @Test
  void shouldRepairEveryFlippedBitThatNobodyHasReadYet() throws Exception {
    Random random = new Random(Seed.choose("flipped bytes for the scrub"));
    try (Btrdb db = cluster.connectPatiently()) {
      List<StreamLedger> ledgers = WriteLoad.createStreams(db, "scrub", 6, random);
      WriteLoad.insert(db, ledgers, 6, random);
      ledgers.forEach(ledger -> db.stream(ledger.stream()).flush());
      cluster.cluster().stop(NODE, ClusterUnderTest.READY);
      List<Path> extents = NodeFiles.extents(cluster.cluster().dataDirectory(NODE));
      assertFalse(extents.isEmpty(), "no segment was written");
      for (Path extent : extents) {
        NodeFiles.flip(extent, DISTANCE_BYTES, random);
      }
      cluster.restart(NODE);
      String found = verify();
      assertTrue(found.contains("done"), found);
      String again = verify();
      assertTrue(
          again.lines().anyMatch(line -> line.matches(NODE + ",\\d+,0,0,done")),
          "the second scrub still found damage: " + again);
      Verification.assertAllThere(db, ledgers);
    }
  }

  /** Succeeds only when all that was damaged was repaired. */
  private String verify() {
    return Tool.succeed(
        VerifyCommand::new,
        "--endpoint",
        String.join(",", cluster.cluster().endpoints()),
        "--format",
        "csv",
        "--megabytes-per-second",
        "500");
  }
}
