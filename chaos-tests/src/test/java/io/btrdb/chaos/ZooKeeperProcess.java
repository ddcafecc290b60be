package io.btrdb.chaos;

import io.btrdb.cli.cluster.Ports;
import io.btrdb.placement.embedded.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A ZooKeeper in a process of its own, to be killed while the nodes live. An extension with a lower
 * order than the cluster that uses it.
 */
final class ZooKeeperProcess implements BeforeEachCallback, AfterEachCallback {
  private final int port = Ports.free(1).get(0).zooKeeper();
  private Path folder;
  private Process process;

  /** The server: port and folder. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    EmbeddedZooKeeper.Server server =
        new EmbeddedZooKeeper.Server("127.0.0.1", "127.0.0.1", Integer.parseInt(arguments[0]));
    EmbeddedZooKeeper.start(List.of(server), 0, Path.of(arguments[1]));
    new CountDownLatch(1).await();
  }

  String connectString() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("btrdb-zookeeper-");
    start();
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    kill();
    ClusterUnderTest.deleteFolder(folder);
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                ZooKeeperProcess.class.getName(),
                Integer.toString(port),
                folder.resolve("data").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    // However the tests end, it ends with them.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Everything it knew is gone; only while it is dead. */
  void wipe() {
    ClusterUnderTest.deleteFolder(folder.resolve("data"));
  }
}
