package io.btrdb.cli.backup;

import io.btrdb.cli.cluster.CephOptions;
import io.btrdb.cli.cluster.ClusterPlan;
import io.btrdb.cli.cluster.JvmOptions;
import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.cli.cluster.Ports;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a new cluster is to be made: on this machine, or in the data folders of settings files. */
final class SeedTarget {
  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      description = "Make a cluster of this machine, for 'btrdb up', in this empty folder.")
  private Path directory;

  @Option(
      names = {"-n", "--nodes"},
      paramLabel = "N",
      defaultValue = "3",
      description = "With --dir, how many nodes: 1, 3 or 5. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "" + Ports.DEFAULT_BASE,
      description = "With --dir, gRPC port of the first node. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      split = ",",
      description =
          "Settings files of the new cluster's members, as of 'btrdb-node': their data folders are"
              + " made. Other members' folders are made by the same command on their machines.")
  private List<Path> configs;

  @Option(
      names = "--cluster-id",
      paramLabel = "UUID",
      description =
          "Id of the new cluster: a fresh one, the same for each machine on which members' folders"
              + " are made. Never use one twice on a machine. Default: drawn at random, when all"
              + " members' files are given.")
  private UUID clusterId;

  @Mixin private CephOptions ceph = new CephOptions();

  /** The id of the cluster to be made and the members whose folders are made here. */
  record Place(UUID cluster, List<NodeConfig> nodes) {}

  /** Makes the cluster in this place; what was prepared for it goes away when that fails. */
  Place make(int shards, Consumer<Place> planting) {
    check();
    if (directory != null) {
      return local(shards, planting);
    }
    List<NodeConfig> nodes = configs.stream().map(ConfigFile::read).toList();
    if (clusterId == null && nodes.size() < nodes.getFirst().members().size()) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "the cluster has "
              + nodes.getFirst().members().size()
              + " members, files of "
              + nodes.size()
              + " are given: with --cluster-id "
              + UUID.randomUUID()
              + " here and on the other machines the folders will fit together");
    }
    Place place = new Place(clusterId == null ? UUID.randomUUID() : clusterId, nodes);
    planting.accept(place);
    return place;
  }

  private Place local(int shards, Consumer<Place> planting) {
    Path folder = directory.toAbsolutePath().normalize();
    if (LocalCluster.exists(folder)) {
      throw new CommandFailed(
          ExitCode.FAILED, folder + " holds a cluster already: choose an empty folder");
    }
    LocalCluster cluster =
        LocalCluster.create(
            folder,
            ClusterPlan.of(Ports.from(port, count))
                .withShards(shards)
                .withJvmOptions(JvmOptions.of(JvmOptions.DEFAULT_HEAP))
                .withAdjustment(config -> config.withStorage(ceph.storage())));
    Place place =
        new Place(
            clusterId == null ? UUID.randomUUID() : clusterId,
            cluster.nodes().stream().map(cluster::config).toList());
    try {
      planting.accept(place);
      return place;
    } catch (RuntimeException e) {
      cluster.nodes().forEach(node -> delete(folder.resolve(node)));
      throw e;
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> walked = Files.walk(folder)) {
      for (Path path : walked.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says how to go on. */
  void next(Terminal terminal) {
    terminal.say(
        directory == null
            ? "Start the nodes as usual; the first start finds the data."
            : "Start it: btrdb up --dir '" + directory + "'");
  }

  /** Settings of a member of the new cluster. */
  NodeConfig settings() {
    check();
    if (directory == null) {
      return ConfigFile.read(configs.getFirst());
    }
    return ClusterPlan.of(Ports.from(port, count))
        .withAdjustment(config -> config.withStorage(ceph.storage()))
        .configs(directory)
        .getFirst();
  }

  /** A folder for what is needed in between, on the disk of the target. */
  Path work() {
    Path place =
        directory != null ? directory : ConfigFile.read(configs.getFirst()).dataDirectory();
    Path absolute = place.toAbsolutePath().normalize();
    return absolute.resolveSibling(absolute.getFileName() + ".recovering");
  }

  /** Whether the options say where, to be checked before long work. */
  void check() {
    if ((directory == null) == (configs == null)) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "say where the new cluster is to be made: --dir DIR or --config FILE,...");
    }
  }
}
