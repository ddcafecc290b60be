package io.btrdb.cli.support;

import io.btrdb.node.config.ConfigException;
import io.btrdb.node.config.ConfigFile;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A node of this machine, found by its configuration file.
 *
 * @param process id of its process, empty when it does not run
 */
record LocalNode(Path configFile, Optional<Long> process) {
  private static final int LOG_BYTES = 2 << 20;

  /** The nodes whose processes this user can see, and those whose files are named. */
  static List<LocalNode> find(List<Path> configFiles) {
    Map<Path, LocalNode> nodes = new TreeMap<>();
    for (Path file : configFiles) {
      nodes.put(file, new LocalNode(file, Optional.empty()));
    }
    ProcessHandle.allProcesses()
        .forEach(
            process ->
                configOf(process)
                    .ifPresent(
                        file -> nodes.put(file, new LocalNode(file, Optional.of(process.pid())))));
    return List.copyOf(nodes.values());
  }

  private static Optional<Path> configOf(ProcessHandle process) {
    List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
    boolean node =
        arguments.contains("io.btrdb.node.Main")
            || arguments.indexOf("io.btrdb.cli.Main") >= 0
                && arguments.indexOf("node") == arguments.indexOf("io.btrdb.cli.Main") + 1;
    int option = arguments.lastIndexOf("--config");
    return node && option >= 0 && option + 1 < arguments.size()
        ? Optional.of(Path.of(arguments.get(option + 1)).toAbsolutePath().normalize())
        : Optional.empty();
  }

  Optional<NodeConfig> config() {
    try {
      return Optional.of(ConfigFile.read(configFile));
    } catch (ConfigException e) {
      // The file itself is in the bundle, with whatever is wrong with it.
      return Optional.empty();
    }
  }

  /** The node's id, or the folder of a configuration that cannot be read. */
  String name() {
    return config()
        .map(NodeConfig::node)
        .orElseGet(() -> configFile.toString().replaceAll("[^\\w.-]+", "_"));
  }

  void collect(Bundle bundle, String folder) throws IOException, InterruptedException {
    bundle.add(folder + "/node.yaml", () -> Secrets.remove(Files.readString(configFile)));
    Path options = configFile.resolveSibling("jvm.options");
    if (Files.exists(options)) {
      bundle.add(folder + "/jvm.options", () -> Secrets.remove(Files.readString(options)));
    }
    logs(bundle, folder);
    Optional<NodeConfig> config = config();
    if (config.isPresent()) {
      bundle.add(folder + "/disk.txt", () -> DiskUse.of(config.get().dataDirectory()));
    } else {
      bundle.leaveOut(folder + "/disk.txt: " + configFile + " cannot be read");
    }
    if (process.isPresent()) {
      new JavaProcess(process.get()).collect(bundle, folder);
    } else {
      bundle.leaveOut(folder + "/threads.txt: the node does not run");
    }
  }

  /** Beside the configuration, where {@code btrdb up} puts it; else in the system's journal. */
  private void logs(Bundle bundle, String folder) throws IOException, InterruptedException {
    List<Path> files = new ArrayList<>();
    for (String name : List.of("node.log.1", "node.log")) {
      Path file = configFile.resolveSibling(name);
      if (Files.exists(file)) {
        files.add(file);
      }
    }
    for (Path file : files) {
      bundle.add(folder + "/" + file.getFileName(), () -> Secrets.remove(tail(file)));
    }
    if (files.isEmpty()) {
      bundle.add(
          folder + "/journal.txt",
          () ->
              Secrets.remove(
                  JavaProcess.run("journalctl", "-u", "btrdb", "-n", "20000", "--no-pager")));
    }
  }

  private static String tail(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(LOG_BYTES, in.length())];
      in.seek(in.length() - end.length);
      in.readFully(end);
      return new String(end, StandardCharsets.UTF_8);
    }
  }
}
