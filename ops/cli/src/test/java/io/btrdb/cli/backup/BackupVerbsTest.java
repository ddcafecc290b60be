package io.btrdb.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.cluster.ClusterPlan;
import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.cli.cluster.Ports;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.PointCursor;
import io.btrdb.client.StreamView;
import io.btrdb.client.Version;
import io.btrdb.node.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A cluster of one node, in this process, is backed up, restored and recovered. */
@Timeout(240)
class BackupVerbsTest {
  private static final int POINTS = 40_000;

  @TempDir private Path place;

  private record Run(int code, String text) {}

  private static Run run(Function<Terminal, Callable<Integer>> verb, String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    CommandLine line = new CommandLine(verb.apply(Terminal.of("", printed, printed)));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          printed.writeBytes((failure.toString() + "\n").getBytes(StandardCharsets.UTF_8));
          return 1;
        });
    int code = line.execute(arguments);
    return new Run(code, printed.toString(StandardCharsets.UTF_8));
  }

  private static String succeed(Function<Terminal, Callable<Integer>> verb, String... arguments) {
    Run run = run(verb, arguments);
    assertEquals(0, run.code(), run.text());
    return run.text();
  }

  private static Btrdb connect(LocalCluster cluster) {
    return Btrdb.builder()
        .endpoints(cluster.endpoints())
        .connectTimeout(Duration.ofSeconds(60))
        .deadline(Duration.ofSeconds(60))
        .connect();
  }

  private static double[] values(StreamView view) {
    double[] all = new double[4 * POINTS];
    int count = 0;
    try (PointCursor cursor = view.values(0, Long.MAX_VALUE >> 3)) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          all[count++] = cursor.value(i);
        }
      }
    }
    return Arrays.copyOf(all, count);
  }

  private static void insert(BtrdbStream stream, int from, int points) {
    long[] times = new long[points];
    double[] values = new double[points];
    for (int i = 0; i < points; i++) {
      times[i] = 1_000_000L * (from + i);
      values[i] = Math.sin(from + i);
    }
    stream.insert(times, values);
  }

  /** Every file under a folder with its bytes' hash. */
  private static Map<String, Integer> contents(Path folder) throws IOException {
    Map<String, Integer> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.put(folder.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return all;
  }

  @Test
  void shouldRestoreAndRecoverAllVersions() throws Exception {
    LocalCluster first = LocalCluster.create(place.resolve("first"), ClusterPlan.of(Ports.free(1)));
    UUID kept = new UUID(5, 1);
    UUID gone = new UUID(5, 2);
    UUID late = new UUID(5, 3);
    String folder = place.resolve("backups").toString();
    String endpoint = first.endpoint("n1");
    Version pinned;
    double[] atPinned;
    try (Node node = Node.start(first.config("n1"));
        Btrdb db = connect(first)) {
      BtrdbStream stream = db.create(kept, "plant", Map.of("name", "kept"), Map.of("unit", "V"));
      BtrdbStream other = db.create(gone, "plant", Map.of("name", "gone"), Map.of());
      insert(stream, 0, POINTS);
      insert(other, 0, 100);
      pinned = stream.flush();
      atPinned = values(stream.at(pinned));
      insert(stream, POINTS, 500);
      other.obliterate();
      succeed(BackupCommand::new, "--to", folder, "-e", endpoint);
      insert(stream, 2 * POINTS, 500);
      db.create(late, "plant", Map.of("name", "late"), Map.of());
      String second = succeed(BackupCommand::new, "--to", folder, "-e", endpoint);
      assertFalse(second.contains(" 0 KiB were there already"), second);
      assertEquals(
          3, succeed(BackupCommand::new, "--to", folder, "--list", "-f", "csv").lines().count());
      succeed(VerifyCommand::new, "-e", endpoint);
    }
    String newest = newest(place.resolve("backups").resolve("backups"));
    String oldest = oldest(place.resolve("backups").resolve("backups"));
    assertTrue(succeed(BackupCommand::new, "--to", folder, "--check").contains(newest));

    restored(
        folder,
        oldest,
        db -> {
          assertEquals(POINTS + 500, values(db.stream(kept).latest()).length);
          assertFalse(db.stream(late).exists());
          assertFalse(db.stream(gone).exists());
        });
    restored(
        folder,
        newest,
        db -> {
          BtrdbStream stream = db.stream(kept);
          assertTrue(Arrays.equals(atPinned, values(stream.at(pinned))));
          assertEquals(POINTS + 1000, values(stream.latest()).length);
          assertEquals(Map.of("unit", "V"), stream.annotations());
          assertTrue(db.stream(late).exists());
          insert(stream, 3 * POINTS, 700);
          stream.flush();
          assertEquals(POINTS + 1700, values(stream.latest()).length);
          assertTrue(Arrays.equals(atPinned, values(stream.at(pinned))));
        });

    Path data = first.dataDirectory("n1");
    Map<String, Integer> before = contents(data);
    Path again = place.resolve("recovered");
    String account =
        succeed(
            RecoverCommand::new,
            "--from",
            data.toString(),
            "--dir",
            again.toString(),
            "--nodes",
            "1",
            "--port",
            Integer.toString(Ports.free(1).getFirst().grpc()));
    assertTrue(account.contains("the catalog"), account);
    assertEquals(before, contents(data), "the source was changed");
    started(
        again,
        db -> {
          assertTrue(Arrays.equals(atPinned, values(db.stream(kept).at(pinned))));
          assertEquals(POINTS + 1000, values(db.stream(kept).latest()).length);
          assertTrue(db.stream(late).exists());
          assertFalse(db.stream(gone).exists());
        });
  }

  private interface Check {
    void on(Btrdb db);
  }

  private void restored(String folder, String id, Check check) throws Exception {
    Path target = place.resolve("restored-" + id);
    String port = Integer.toString(Ports.free(1).getFirst().grpc());
    String[] arguments = {
      "--from", folder, "--backup", id, "--dir", target.toString(), "--nodes", "1", "--port", port
    };
    succeed(RestoreCommand::new, arguments);
    assertEquals(1, run(RestoreCommand::new, arguments).code(), "a folder in use was taken");
    started(target, check);
  }

  private static void started(Path folder, Check check) throws Exception {
    LocalCluster cluster = LocalCluster.open(folder);
    try (Node node = Node.start(cluster.config("n1"));
        Btrdb db = connect(cluster)) {
      check.on(db);
    }
  }

  private static String newest(Path manifests) {
    return ids(manifests).getLast();
  }

  private static String oldest(Path manifests) {
    return ids(manifests).getFirst();
  }

  private static List<String> ids(Path manifests) {
    try (Stream<Path> listed = Files.list(manifests)) {
      return listed.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldExplainWhatIsWrongWithAFolder() throws IOException {
    Path other = Files.createDirectory(place.resolve("letters"));
    Files.writeString(other.resolve("letter.txt"), "dear");
    String dir = place.resolve("new").toString();
    Run restore = run(RestoreCommand::new, "--from", other.toString(), "--dir", dir);
    assertEquals(1, restore.code());
    assertTrue(restore.text().contains("not a folder of backups"), restore.text());
    Run recover = run(RecoverCommand::new, "--from", other.toString(), "--dir", dir);
    assertEquals(1, recover.code());
    assertTrue(recover.text().contains("not a node's data folder"), recover.text());
    Run backup = run(BackupCommand::new, "--to", other.toString(), "-e", "127.0.0.1:1");
    assertEquals(1, backup.code());
    assertTrue(backup.text().contains("letter.txt"), backup.text());
  }
}
