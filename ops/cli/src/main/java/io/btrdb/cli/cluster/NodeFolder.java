package io.btrdb.cli.cluster;

import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What belongs to one node on disk.
 *
 * @param cluster the cluster's folder
 */
record NodeFolder(Path cluster, String node) {
  /** The folders of all nodes with settings, in the order of their numbers. */
  static List<NodeFolder> allIn(Path cluster) {
    return numbers(cluster).stream()
        .map(number -> new NodeFolder(cluster, "n" + number))
        .filter(folder -> Files.exists(folder.config()))
        .toList();
  }

  /** A number that no node has or had. */
  static int nextNumber(Path cluster) {
    return numbers(cluster).stream().mapToInt(number -> number).max().orElse(0) + 1;
  }

  private static List<Integer> numbers(Path cluster) {
    if (Files.notExists(cluster)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(cluster)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.matches("n[1-9][0-9]{0,5}"))
          .map(name -> Integer.valueOf(name.substring(1)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ClusterProblem("cannot read " + cluster + ": " + e, e);
    }
  }

  Path path() {
    return cluster.resolve(node);
  }

  Path config() {
    return path().resolve("node.yaml");
  }

  Path jvmOptionsFile() {
    return path().resolve("jvm.options");
  }

  Path data() {
    return path().resolve("data");
  }

  PidFile pidFile() {
    return new PidFile(path().resolve("node.pid"));
  }

  NodeLog log() {
    return new NodeLog(path().resolve("node.log"));
  }

  /** Writes the node's settings, unless they are there. */
  void found(NodeConfig config, List<String> jvmOptions) {
    try {
      Files.createDirectories(path());
      if (Files.notExists(jvmOptionsFile())) {
        writeJvmOptions(jvmOptions);
      }
      if (Files.notExists(config())) {
        Path whole = path().resolve("node.yaml.new");
        Files.writeString(whole, ConfigFile.print(config));
        Files.move(whole, config());
      }
    } catch (IOException e) {
      throw new ClusterProblem("cannot write to " + path() + ": " + e, e);
    }
  }

  /** Whether the node was taken out of the cluster. */
  boolean isRemoved() {
    return Files.exists(removed());
  }

  /** Sets the node's settings aside: nobody starts it any more. */
  void remove() {
    try {
      Files.move(config(), removed());
    } catch (IOException e) {
      throw new ClusterProblem("cannot write to " + path() + ": " + e, e);
    }
  }

  private Path removed() {
    return path().resolve("node.yaml.removed");
  }

  void writeJvmOptions(List<String> options) {
    try {
      Files.writeString(
          jvmOptionsFile(),
          "# Java options of node " + node + ", one a line\n" + String.join("\n", options) + "\n");
    } catch (IOException e) {
      throw new ClusterProblem("cannot write " + jvmOptionsFile() + ": " + e, e);
    }
  }

  List<String> jvmOptions() {
    try {
      return Files.readAllLines(jvmOptionsFile()).stream()
          .map(String::trim)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
