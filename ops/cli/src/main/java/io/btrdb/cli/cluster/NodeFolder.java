package io.btrdb.cli.cluster;

import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What belongs to one node on disk.
 *
 * @param cluster the cluster's folder
 */
record NodeFolder(Path cluster, String node) {
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
