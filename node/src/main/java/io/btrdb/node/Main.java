package io.btrdb.node;

import io.btrdb.node.config.ConfigException;
import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node process: {@code java ... io.btrdb.node.Main --config FILE}. Ends on SIGTERM. */
public final class Main {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    if (args.length != 2 || !args[0].equals("--config")) {
      System.err.println("usage: java io.btrdb.node.Main --config FILE");
      System.exit(USAGE);
    }
    try {
      NodeConfig config = ConfigFile.read(Path.of(args[1]));
      logger().info("effective configuration:\n{}", ConfigFile.print(config));
      run(config);
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE);
    } catch (IOException | RuntimeException e) {
      logger().error("the node cannot run: {}", e.getMessage(), e);
      System.exit(FAILED);
    }
  }

  private static void run(NodeConfig config) throws IOException, InterruptedException {
    AtomicReference<Node> running = new AtomicReference<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running.get()), "btrdb-stop"));
    Node.End end;
    do {
      Node node = Node.start(config);
      running.set(node);
      end = node.awaitEnd();
    } while (end == Node.End.REBORN);
  }

  private static void stop(Node node) {
    if (node != null) {
      try {
        node.stop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Made late: the logger reads its settings from system properties when it is first used. */
  private static Logger logger() {
    return LoggerFactory.getLogger(Main.class);
  }
}
