package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.backup.RecoverCommand;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
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

/** Two of three nodes are lost for good, and a cluster is made from the folder of the third. */
@Timeout(300)
class RecoverTest {
  @RegisterExtension final ClusterUnderTest cluster = ClusterUnderTest.withShortLogs();

  @Test
  void shouldMakeAClusterFromTheFolderOfOneOfThreeNodes() throws Exception {
    Random random = new Random(Seed.choose("recover from a minority"));
    List<StreamLedger> ledgers;
    Map<UUID, Points> pinned = new HashMap<>();
    try (Btrdb db = cluster.connectPatiently()) {
      ledgers = WriteLoad.createStreams(db, "recover", 6, random);
      WriteLoad.insert(db, ledgers, 4, random);
      for (StreamLedger ledger : ledgers) {
        BtrdbStream stream = db.stream(ledger.stream());
        Version version = stream.flush();
        pinned.put(
            ledger.stream(), Points.read(stream.at(version), WriteLoad.START, WriteLoad.END));
      }
      WriteLoad.insert(db, ledgers, 1, random);
      for (StreamLedger ledger : ledgers) {
        // Linearizable reads through every node: whichever survives has applied what was told.
        Points.read(db.stream(ledger.stream()).latest(), WriteLoad.START, WriteLoad.END);
      }
    }
    cluster.cluster().stop("n2", ClusterUnderTest.READY);
    cluster.cluster().killAll();
    Path survivor = cluster.cluster().dataDirectory("n2");
    try (SecondCluster second = new SecondCluster()) {
      String account =
          Tool.succeed(
              RecoverCommand::new,
              "--from",
              survivor.toString(),
              "--dir",
              second.directory().toString(),
              "--nodes",
              "3",
              "--port",
              Integer.toString(SecondCluster.port()));
      assertTrue(account.contains("n2 in "), account);
      second.start();
      try (Btrdb db = second.connect()) {
        for (StreamLedger ledger : ledgers) {
          Points before = pinned.get(ledger.stream());
          Points after =
              Points.read(
                  db.stream(ledger.stream()).at(before.version()), WriteLoad.START, WriteLoad.END);
          assertTrue(before.list().equals(after.list()), "a pinned version has changed");
        }
        // n2 stopped in good order while the others lived, so it had everything.
        Verification.assertAllThere(db, ledgers);
      }
    }
  }
}
