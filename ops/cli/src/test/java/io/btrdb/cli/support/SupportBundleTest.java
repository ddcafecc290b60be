package io.btrdb.cli.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.cli.cluster.Ports;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.node.Node;
import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class SupportBundleTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    CommandLine line = new CommandLine(new SupportBundleCommand(Terminal.of("", out, err)));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          throw failure;
        });
    return line.execute(arguments);
  }

  private static Map<String, String> contents(Path file) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String text = new String(zip.readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(null, contents.put(entry.getName(), text), "twice: " + entry.getName());
      }
    }
    return contents;
  }

  private Path config(Ports ports) throws IOException {
    return Files.writeString(
        folder.resolve("node.yaml"),
        """
        node: n1
        dataDirectory: %s
        shards: 1
        members:
          - {node: n1, grpcPort: %d, httpPort: %d, raftPort: %d, zooKeeperPort: %d}
        """
            .formatted(
                folder.resolve("data"),
                ports.grpc(),
                ports.http(),
                ports.raft(),
                ports.zooKeeper()));
  }

  @Test
  void shouldGatherWhatANodeTellsAndWhatLiesOnThisMachine() throws Exception {
    Path config = config(Ports.free(1).get(0));
    Files.writeString(folder.resolve("node.log"), "started with password=hunter2\n");
    NodeConfig settings = ConfigFile.read(config);
    Node node = Node.start(settings);
    Path file = folder.resolve("bundle.zip");
    try {
      assertEquals(
          ExitCode.OK,
          run(
              "--endpoint",
              settings.self().grpc(),
              "--config",
              config.toString(),
              "--dir",
              folder.resolve("none").toString(),
              "--out",
              file.toString()));
    } finally {
      node.stop();
    }
    Map<String, String> contents = contents(file);
    assertTrue(contents.get("nodes/n1/metrics.txt").contains("btrdb_ready "), "metrics");
    assertTrue(contents.get("nodes/n1/health-live.json").contains("true"), "live");
    assertTrue(contents.get("nodes/n1/health-ready.json").contains("\"reasons\""), "ready");
    assertTrue(contents.get("nodes/n1/cluster.json").contains("\"n1\""), "cluster");
    assertTrue(contents.get("nodes/n1/node.yaml").contains("node: n1"), "configuration");
    assertTrue(contents.get("nodes/n1/disk.txt").contains("/data/raft"), "disk");
    assertTrue(contents.get("bundle.txt").contains("Java"), "versions");
    assertFalse(contents.get("nodes/n1/node.log").contains("hunter2"), "log");
    // It runs inside this process, which is no process of a node.
    assertTrue(contents.get("LEFT-OUT.txt").contains("nodes/n1/threads.txt"), "left out");
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("left out: nodes/n1/threads.txt"));
  }

  @Test
  void shouldGatherOfANodeThatIsDownWhatItLeft() throws Exception {
    Path config = config(Ports.free(1).get(0));
    Files.createDirectories(folder.resolve("data/raft"));
    Files.writeString(folder.resolve("data/raft/log"), "12345");
    Path file = folder.resolve("bundle.zip");
    int exitCode =
        run(
            "-e",
            "127.0.0.1:1",
            "--deadline",
            "1s",
            "--config",
            config.toString(),
            "-o",
            file.toString());
    assertEquals(ExitCode.OK, exitCode);
    Map<String, String> contents = contents(file);
    assertTrue(contents.get("nodes/n1/disk.txt").contains("5\t1\t" + folder.resolve("data/raft")));
    String leftOut = contents.get("LEFT-OUT.txt");
    assertTrue(leftOut.contains("nodes that only the cluster knows of"), leftOut);
    assertTrue(leftOut.contains("nobody listens"), leftOut);
  }

  @Test
  void shouldTakeStacksOfARunningProcess() throws Exception {
    Path file = folder.resolve("bundle.zip");
    try (Bundle bundle = Bundle.create(file)) {
      new LocalNode(config(new Ports(1, 2, 3, 4)), Optional.of(ProcessHandle.current().pid()))
          .collect(bundle, "nodes/n1");
    }
    Map<String, String> contents = contents(file);
    assertTrue(contents.get("nodes/n1/threads.txt").contains("\"main\""), contents.toString());
    assertTrue(contents.get("nodes/n1/heap.txt").contains("K"), contents.toString());
  }

  @Test
  void shouldRefuseToOverwriteAndToWriteNothing() throws IOException {
    Path there = Files.writeString(folder.resolve("there.zip"), "");
    CommandFailed refused =
        assertThrows(
            CommandFailed.class, () -> new SupportBundleRun("--out", there.toString()).call());
    assertTrue(refused.getMessage().contains("is there already"));
  }

  /** The command, with its own exceptions. */
  private record SupportBundleRun(String... arguments) {
    void call() throws Exception {
      SupportBundleCommand command =
          new SupportBundleCommand(
              Terminal.of("", new ByteArrayOutputStream(), new ByteArrayOutputStream()));
      new CommandLine(command).parseArgs(arguments);
      command.call();
    }
  }

  @Test
  void shouldTakeSecretsOutAndLeaveTheRest() {
    String yaml =
        """
        node: n1
        placement:
          sasl: {user: btrdb, passwordFile: /etc/btrdb/password, password: "hunter two"}
          keyStorePassword: hunter3
          keyStorePasswordFile: /etc/btrdb/key
        api-token: 'abc def'
        url: https://me:hunter4@zk.example/x
        tokensPerSecond: 5
        note: call with btrdb_0123456789ab_%s please
        """
            .formatted("k".repeat(43));
    String without = Secrets.remove(yaml);
    for (String secret : List.of("hunter two", "hunter3", "abc def", "hunter4", "k".repeat(43))) {
      assertFalse(without.contains(secret), without);
    }
    assertTrue(without.contains("passwordFile: /etc/btrdb/password"), without);
    assertTrue(without.contains("keyStorePasswordFile: /etc/btrdb/key"), without);
    assertTrue(without.contains("https://me:(removed)@zk.example/x"), without);
    assertTrue(without.contains("btrdb_0123456789ab_(removed) please"), without);
    assertTrue(without.contains("node: n1\n"), without);
  }
}
