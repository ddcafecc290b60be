package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.backup.RecoverCommand;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Version;
import io.btrdb.node.config.NodeConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every node is killed and its folder deleted; a cluster is made from what the pool has. */
@Timeout(300)
@EnabledIfSystemProperty(named = Substrate.PROPERTY, matches = ".+")
class PoolRecoveryTest {
  @RegisterExtension final ClusterUnderTest cluster = ClusterUnderTest.withShortLogs();

  @Test
  void shouldBringBackEveryCommittedVersionWhenEveryFolderIsGone() throws Exception {
    Random random = new Random(Seed.choose("recover from the pool"));
    List<StreamLedger> ledgers;
    Map<UUID, List<Points>> versions = new HashMap<>();
    try (Btrdb db = cluster.connectPatiently()) {
      ledgers = WriteLoad.createStreams(db, "recover", 6, random);
      for (int round = 0; round < 4; round++) {
        WriteLoad.insert(db, ledgers, 2, random);
        for (StreamLedger ledger : ledgers) {
          BtrdbStream stream = db.stream(ledger.stream());
          Version version = stream.flush();
          versions
              .computeIfAbsent(ledger.stream(), uuid -> new ArrayList<>())
              .add(Points.read(stream.at(version), WriteLoad.START, WriteLoad.END));
        }
      }
      cluster.awaitMerged();
    }
    NodeConfig.Pool pool = cluster.cluster().config("n1").storage().pool().orElseThrow();
    cluster.cluster().killAll();
    for (String node : cluster.nodes()) {
      ClusterUnderTest.deleteFolder(cluster.cluster().dataDirectory(node));
    }
    try (SecondCluster second = new SecondCluster()) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "--from-pool",
                  "--dir",
                  second.directory().toString(),
                  "--nodes",
                  "3",
                  "--port",
                  Integer.toString(SecondCluster.port())));
      arguments.addAll(Substrate.options(pool));
      String account = Tool.succeed(RecoverCommand::new, arguments.toArray(String[]::new));
      assertTrue(account.contains("shard 0"), account);
      second.start();
      try (Btrdb db = second.connect()) {
        for (StreamLedger ledger : ledgers) {
          for (Points before : versions.get(ledger.stream())) {
            Points after =
                Points.read(
                    db.stream(ledger.stream()).at(before.version()),
                    WriteLoad.START,
                    WriteLoad.END);
            assertEquals(before.list(), after.list(), "version " + before.version());
          }
        }
        // All that was acknowledged was flushed, and so it is all there.
        Verification.assertAllThere(db, ledgers);
      }
    }
  }
}
