package io.btrdb.placement.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a ZooKeeper ensemble in this process: of three, or a single one. It starts on a
 * thread of its own and looks for the others for as long as it takes; a majority is enough. What
 * goes wrong with it is logged and leaves the process alone.
 *
 * <p>A member whose folder was lost comes back empty and votes all the same. For ZooKeeper's usual
 * users that could lose data; here everything it holds can be restored by the nodes.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);
  private static final int MEMBERS = 3;
  private static final int TICK_MILLIS = 500;

  /**
   * @param host where it listens
   * @param advertise where others find it
   * @param port for clients; the next is for followers, the one after for elections
   */
  public record Server(String host, String advertise, int port) {}

  private final Thread starter;
  private final ZooKeeperServerEmbedded server;
  private volatile boolean closing;

  private EmbeddedZooKeeper(ZooKeeperServerEmbedded server, String name) {
    this.server = server;
    this.starter = Thread.ofPlatform().daemon().name("zookeeper-start").unstarted(() -> run(name));
  }

  /** The members among all nodes that could be: the first three, or the first of fewer. */
  public static List<Server> ensemble(List<Server> nodes) {
    return List.copyOf(nodes.subList(0, nodes.size() < MEMBERS ? 1 : MEMBERS));
  }

  /** How clients find an ensemble. */
  public static String connectString(List<Server> ensemble) {
    return ensemble.stream()
        .map(server -> server.advertise() + ":" + server.port())
        .collect(Collectors.joining(","));
  }

  /**
   * Starts a member and does not wait for it.
   *
   * @param ensemble all members, in the same order everywhere
   * @param self which of them this is, from 0
   * @param folder for its data; made when missing
   * @throws IOException when the folder cannot be used
   */
  public static EmbeddedZooKeeper start(List<Server> ensemble, int self, Path folder)
      throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("myid"), Integer.toString(self + 1));
    ZooKeeperServerEmbedded server;
    try {
      server =
          ZooKeeperServerEmbedded.builder()
              .baseDir(folder)
              .configuration(properties(ensemble, self, data))
              .exitHandler(ExitHandler.LOG_ONLY)
              .build();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) { // ZooKeeper declares no more than this
      throw new IOException("ZooKeeper cannot be configured in " + folder, e);
    }
    EmbeddedZooKeeper embedded =
        new EmbeddedZooKeeper(server, "member %d of %d".formatted(self + 1, ensemble.size()));
    embedded.starter.start();
    return embedded;
  }

  private void run(String name) {
    try {
      server.start();
      LOG.info("embedded ZooKeeper, {}, listens on port {}", name, server.getClientPort());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) { // ZooKeeper declares no more than this
      if (!closing) {
        LOG.error("embedded ZooKeeper, {}, did not start: placement does without it", name, e);
      }
    }
  }

  private static Properties properties(List<Server> ensemble, int self, Path data) {
    Properties properties = new Properties();
    properties.setProperty("dataDir", data.toString());
    properties.setProperty("clientPortAddress", ensemble.get(self).host());
    properties.setProperty("clientPort", Integer.toString(ensemble.get(self).port()));
    properties.setProperty("tickTime", Integer.toString(TICK_MILLIS));
    properties.setProperty("initLimit", "20");
    properties.setProperty("syncLimit", "10");
    properties.setProperty("minSessionTimeout", "1000");
    properties.setProperty("maxSessionTimeout", "120000");
    properties.setProperty("maxClientCnxns", "0");
    properties.setProperty("autopurge.snapRetainCount", "3");
    properties.setProperty("autopurge.purgeInterval", "1");
    // ZooKeeper passes the rest on as system properties of its own.
    properties.setProperty("admin.enableServer", "false");
    properties.setProperty("preAllocSize", "1024"); // KiB; usually 64 MiB a file
    properties.setProperty("snapCount", "10000");
    properties.setProperty("nio.numSelectorThreads", "1");
    properties.setProperty("nio.numWorkerThreads", "0");
    properties.setProperty("commitProcessor.numWorkerThreads", "0");
    if (ensemble.size() > 1) {
      for (int i = 0; i < ensemble.size(); i++) {
        Server server = ensemble.get(i);
        properties.setProperty(
            "server." + (i + 1),
            "%s:%d:%d"
                .formatted(
                    i == self ? server.host() : server.advertise(),
                    server.port() + 1,
                    server.port() + 2));
      }
    }
    return properties;
  }

  @Override
  public void close() {
    closing = true;
    server.close();
    starter.interrupt();
  }
}
