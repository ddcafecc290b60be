package io.btrdb.chaos;

import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.client.Btrdb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** A cluster that a test makes beside the one it was given, in a folder that goes with it. */
final class SecondCluster implements AutoCloseable {
  private static final int PORTS_MIN = 32_100;
  private static final int PORTS_MAX = 32_600;

  private final Path folder;
  private LocalCluster cluster;

  SecondCluster() throws IOException {
    folder = Files.createTempDirectory("btrdb-second-");
  }

  /** Where the cluster is to be made. */
  Path directory() {
    return folder.resolve("cluster");
  }

  static int port() {
    return PORTS_MIN + new Random().nextInt(PORTS_MAX - PORTS_MIN) / 10 * 10;
  }

  /** Starts what was made in the folder. */
  LocalCluster start() {
    cluster = LocalCluster.open(directory());
    cluster.startAll();
    cluster.awaitReady(ClusterUnderTest.READY);
    return cluster;
  }

  Btrdb connect() {
    return Btrdb.builder()
        .endpoints(cluster.endpoints())
        .connectTimeout(Duration.ofSeconds(20))
        .deadline(Duration.ofSeconds(60))
        .connect();
  }

  @Override
  public void close() {
    if (cluster != null) {
      cluster.killAll();
    }
    ClusterUnderTest.deleteFolder(folder);
  }
}
