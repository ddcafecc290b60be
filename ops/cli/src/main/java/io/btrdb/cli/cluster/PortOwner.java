package io.btrdb.cli.cluster;

import io.btrdb.node.config.NodeConfig.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who listens on a port of this machine, as far as the system tells. */
final class PortOwner {
  private static final String LISTENING = "0A";

  private PortOwner() {}

  /**
   * Checks that a node could listen on all its ports.
   *
   * @throws ClusterProblem when one is taken; it names the port and who holds it
   */
  static void checkFree(Member node) {
    checkFree(node, "gRPC", node.grpcPort());
    checkFree(node, "HTTP", node.httpPort());
    checkFree(node, "Raft", node.raftPort());
  }

  private static void checkFree(Member node, String use, int port) {
    if (!isFree(node.host(), port)) {
      throw new ClusterProblem(
          String.format(
              "port %d (%s of node %s) is taken by %s. Stop it, or found a cluster on other ports"
                  + " with 'btrdb up --port N --dir DIR'.",
              port, use, node.node(), find(port).orElse("a process that this user may not see")));
    }
  }

  /** Whether a process could listen there now. */
  static boolean isFree(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The process that listens on a port, as {@code process 4242 (java ...)}. Empty when the system
   * does not say, as on another user's process or outside Linux.
   */
  static Optional<String> find(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      collectSockets(Path.of(table), port, sockets);
    }
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (holdsAny(process, sockets)) {
          return Optional.of(describe(process));
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /**
   * The table has a line a socket: number, local address:port in hex, remote, state, ..., inode.
   */
  private static void collectSockets(Path table, int port, Set<String> sockets) {
    if (!Files.isReadable(table)) {
      return;
    }
    try {
      for (String line : Files.readAllLines(table)) {
        String[] fields = line.trim().split("\\s+");
        if (fields.length > 9
            && fields[3].equals(LISTENING)
            && fields[1].endsWith(String.format(":%04X", port))) {
          sockets.add("socket:[" + fields[9] + "]");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + table, e);
    }
  }

  private static boolean holdsAny(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : open) {
        if (sockets.contains(target(descriptor))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static String describe(Path process) {
    String pid = process.getFileName().toString();
    try {
      List<String> command = List.of(Files.readString(process.resolve("cmdline")).split("\0"));
      int config = command.indexOf("--config") + 1;
      if (command.contains("io.btrdb.node.Main") && config > 0 && config < command.size()) {
        return "process " + pid + ", a BTrDB node with " + command.get(config);
      }
      String shown = String.join(" ", command);
      return "process "
          + pid
          + " ("
          + (shown.length() <= 60 ? shown : shown.substring(0, 57) + "...")
          + ")";
    } catch (IOException e) {
      return "process " + pid;
    }
  }
}
