package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.backup.BackupCommand;
import io.btrdb.cli.backup.RestoreCommand;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A cluster is backed up while it is written to and a node dies, and restored to other sizes. */
@Timeout(300)
class BackupRestoreTest {
  @RegisterExtension static final ClusterUnderTest CLUSTER = ClusterUnderTest.withShortLogs();

  @TempDir private Path folder;

  @Test
  void shouldRestoreEverythingAcknowledgedBeforeTheBackup() throws Exception {
    Random random = new Random(Seed.choose("backup under load"));
    Map<UUID, Points> pinned = new HashMap<>();
    List<StreamLedger> still;
    UUID obliterated;
    UUID late;
    try (Btrdb db = CLUSTER.connectPatiently()) {
      still = WriteLoad.createStreams(db, "still", 6, random);
      WriteLoad.insert(db, still, 4, random);
      for (StreamLedger ledger : still) {
        BtrdbStream stream = db.stream(ledger.stream());
        Version version = stream.flush();
        pinned.put(
            ledger.stream(), Points.read(stream.at(version), WriteLoad.START, WriteLoad.END));
      }
      WriteLoad.insert(db, still, 1, random);
      obliterated = WriteLoad.createStreams(db, "gone", 1, random).getFirst().stream();
      db.stream(obliterated).obliterate();
      List<StreamLedger> busy = WriteLoad.createStreams(db, "busy", 4, random);
      try (WriteLoad load = WriteLoad.start(db, busy, random.nextLong())) {
        load.awaitPoints(5_000, Duration.ofSeconds(60));
        CLUSTER.cluster().kill("n2");
        backup();
        load.awaitPoints(1_000, Duration.ofSeconds(60));
        CLUSTER.restart("n2");
        backup();
        load.stop();
      }
      late = WriteLoad.createStreams(db, "late", 1, random).getFirst().stream();
    }
    assertTrue(Tool.succeed(BackupCommand::new, "--to", backups(), "--check").contains("whole"));
    for (int nodes : List.of(1, 5)) {
      try (SecondCluster second = restore(nodes);
          Btrdb db = second.connect()) {
        check(db, still, pinned);
        assertGone(db, obliterated);
        assertGone(db, late);
        List<StreamLedger> fresh = WriteLoad.createStreams(db, "late", 3, random);
        WriteLoad.insert(db, fresh, 1, random);
        Verification.assertAllThere(db, fresh);
      }
    }
    Tool.succeed(BackupCommand::new, "--to", backups(), "--prune", "1");
    assertTrue(Tool.succeed(BackupCommand::new, "--to", backups(), "--check").contains("whole"));
  }

  private String backups() {
    return folder.resolve("backups").toString();
  }

  private void backup() {
    Tool.succeed(
        BackupCommand::new,
        "--to",
        backups(),
        "--endpoint",
        String.join(",", CLUSTER.cluster().endpoints()));
  }

  private SecondCluster restore(int nodes) throws Exception {
    SecondCluster second = new SecondCluster();
    Tool.succeed(
        RestoreCommand::new,
        "--from",
        backups(),
        "--dir",
        second.directory().toString(),
        "--nodes",
        Integer.toString(nodes),
        "--port",
        Integer.toString(SecondCluster.port()));
    Tool.Run again =
        Tool.run(
            RestoreCommand::new,
            List.of("--from", backups(), "--dir", second.directory().toString()));
    assertEquals(1, again.code(), "a folder in use was taken");
    second.start();
    return second;
  }

  private static void check(Btrdb db, List<StreamLedger> ledgers, Map<UUID, Points> pinned) {
    List<Violation> found = new ArrayList<>();
    for (StreamLedger ledger : ledgers) {
      BtrdbStream stream = db.stream(ledger.stream());
      Points before = pinned.get(ledger.stream());
      Points after = Points.read(stream.at(before.version()), WriteLoad.START, WriteLoad.END);
      assertEquals(before.list(), after.list(), "a pinned version has changed");
      StreamLedger.Mark mark = ledger.mark();
      Points latest = Points.read(stream.latest(), WriteLoad.START, WriteLoad.END);
      found.addAll(ledger.check(mark, WriteLoad.START, WriteLoad.END, latest));
    }
    Verification.assertNone(found);
  }

  private static void assertGone(Btrdb db, UUID uuid) {
    assertFalse(exists(db, uuid), uuid + " is there");
  }

  private static boolean exists(Btrdb db, UUID uuid) {
    try {
      return db.stream(uuid).exists();
    } catch (BtrdbException e) {
      return false;
    }
  }

  @Test
  void shouldNameTheFileThatIsDamaged() throws Exception {
    backup();
    try (var files = Files.walk(folder.resolve("backups").resolve("state"))) {
      Path file =
          files
              .filter(Files::isRegularFile)
              .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
              .orElseThrow();
      NodeFiles.flipMiddle(file, new Random(1));
      Tool.Run check = Tool.run(BackupCommand::new, List.of("--to", backups(), "--check"));
      assertEquals(1, check.code());
      assertTrue(check.text().contains(file.getFileName().toString()), check.text());
    }
  }
}
