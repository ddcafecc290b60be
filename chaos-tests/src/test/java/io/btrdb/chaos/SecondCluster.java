package io.btrdb.chaos;

import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.cli.cluster.Ports;
import io.btrdb.client.Btrdb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A cluster that a test makes beside the one it was given, in a folder that goes with it. */
final class SecondCluster implements AutoCloseable {
  /** More than any test gives it. */
  private static final int NODES_MAX = 5;

  private final Path folder;
  private LocalCluster cluster;

  SecondCluster() throws IOException {
    folder = Files.createTempDirectory("btrdb-second-");
  }

  /** Where the cluster is to be made. */
  Path directory() {
    return folder.resolve("cluster");
  }

  /** The first node's; those of the others follow in steps of ten. */
  static int port() {
    return Ports.free(NODES_MAX).get(0).grpc();
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
