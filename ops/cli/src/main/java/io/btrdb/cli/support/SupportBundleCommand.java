package io.btrdb.cli.support;

import io.btrdb.cli.ProgramVersion;
import io.btrdb.cli.cluster.DirectoryOption;
import io.btrdb.cli.cluster.LocalCluster;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.terminal.Terminal;
import io.btrdb.cli.verb.ConnectionOptions;
import io.btrdb.client.Btrdb;
import io.btrdb.client.Topology;
import io.btrdb.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gathers what is known about a cluster's trouble. */
@Command(
    name = "support-bundle",
    description = {
      "Gather what is known about a cluster into one zip file: of each node that answers its"
          + " version, health, metrics and view of the cluster; of nodes on this machine also"
          + " configuration, the end of the log, stack traces, heap and disk use.",
      "No measurements and no tags are in it, and passwords are taken out; names of hosts and of"
          + " nodes are in it, and what the log says. Read it before you give it away.",
      "What could not be had is listed, and in the file, too. For logs of several machines run it"
          + " on each."
    },
    footer = {
      "",
      "Examples:",
      "  btrdb support-bundle",
      "  btrdb support-bundle --endpoint 10.0.0.1:4410 --out trouble.zip",
      "  btrdb support-bundle --config /etc/btrdb/node.yaml"
    })
public final class SupportBundleCommand implements Callable<Integer> {
  private static final Path SYSTEM_CONFIG = Path.of("/etc/btrdb/node.yaml");

  /** How far the port for HTTP lies behind the one for gRPC, unless configured otherwise. */
  private static final int HTTP_AFTER_GRPC =
      NodeConfig.Member.HTTP_PORT - NodeConfig.Member.GRPC_PORT;

  @Mixin private ConnectionOptions connection;
  @Mixin private DirectoryOption directory;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "The file to write. Default: btrdb-support-TIME.zip here.")
  private Path out;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      split = ",",
      description =
          "Configuration files of nodes on this machine. Default: those of the nodes that run,"
              + " /etc/btrdb/node.yaml, and the cluster of 'btrdb up'.")
  private List<Path> configs = List.of();

  private final Terminal terminal;

  public SupportBundleCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Instant now = Instant.now();
    Path file = out == null ? Path.of(defaultName(now)) : out;
    List<String> leftOut;
    int found;
    try (Bundle bundle = Bundle.create(file)) {
      bundle.add("bundle.txt", () -> "taken " + now + "\n" + machine());
      List<LocalNode> local = LocalNode.find(configFiles());
      for (Map.Entry<String, String> node : addresses(bundle, local).entrySet()) {
        NodePages.collect(bundle, "nodes/" + node.getKey(), node.getValue());
      }
      for (LocalNode node : local) {
        node.collect(bundle, "nodes/" + node.name());
      }
      leftOut = bundle.leftOut();
      found = bundle.entries() - 1;
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailed(ExitCode.FAILED, file + " is there already", e);
    }
    if (found == 0) {
      Files.delete(file);
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "there is nothing to gather: no node answers, and none is on this machine.\n  "
              + String.join("\n  ", leftOut));
    }
    terminal.print(file.toString());
    leftOut.forEach(what -> terminal.say("left out: " + what));
    return ExitCode.OK;
  }

  private static String defaultName(Instant now) {
    return "btrdb-support-"
        + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC).format(now)
        + ".zip";
  }

  private static String machine() {
    return String.join("\n", new ProgramVersion().getVersion())
        + "\nsystem "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " "
        + System.getProperty("os.arch")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors\n";
  }

  private List<Path> configFiles() {
    if (!configs.isEmpty()) {
      return configs.stream().map(file -> file.toAbsolutePath().normalize()).toList();
    }
    List<Path> files = new ArrayList<>();
    if (Files.exists(SYSTEM_CONFIG)) {
      files.add(SYSTEM_CONFIG);
    }
    if (LocalCluster.exists(directory.get())) {
      LocalCluster cluster = LocalCluster.open(directory.get());
      cluster.nodes().forEach(node -> files.add(cluster.logFile(node).resolveSibling("node.yaml")));
    }
    return files;
  }

  /**
   * Where each node answers HTTP, by its id: from the cluster, or else as well as can be guessed.
   */
  private Map<String, String> addresses(Bundle bundle, List<LocalNode> local)
      throws IOException, InterruptedException {
    Map<String, String> addresses = new TreeMap<>();
    try (Btrdb db = connection.connect()) {
      Topology topology = db.topology();
      topology.nodes().forEach(node -> addresses.put(node.id(), node.http()));
    } catch (CommandFailed e) {
      String why = e.getMessage().lines().findFirst().orElse("");
      bundle.leaveOut("nodes that only the cluster knows of: " + why);
      for (String endpoint : connection.endpoints()) {
        int colon = endpoint.lastIndexOf(':');
        if (colon > 0 && endpoint.substring(colon + 1).matches("\\d{1,5}")) {
          int port = Integer.parseInt(endpoint.substring(colon + 1)) + HTTP_AFTER_GRPC;
          String http = endpoint.substring(0, colon) + ":" + port;
          addresses.put(http.replace(':', '_'), http);
        }
      }
    }
    for (LocalNode node : local) {
      node.config()
          .ifPresent(
              config -> {
                String http = config.self().http();
                addresses.values().removeIf(http::equals);
                addresses.put(config.node(), http);
              });
    }
    return addresses;
  }
}
