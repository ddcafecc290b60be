package io.btrdb.cli.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The ports of one node.
 *
 * @param grpc where clients and other nodes call
 * @param http metrics and health
 * @param raft the replicated log
 * @param zooKeeper the first of three in a row for the embedded ZooKeeper
 */
public record Ports(int grpc, int http, int raft, int zooKeeper) {
  /** The first node's gRPC port when nothing else is asked for. */
  public static final int DEFAULT_BASE = 4410;

  /** Clients take this one for TLS, whoever listens there. */
  static final int TLS = 4411;

  private static final int STEP = 10;
  private static final int FREE_MIN = 12_000;
  private static final int FREE_MAX = 32_000;

  public Ports {
    if (grpc == TLS || http == TLS || raft == TLS || (zooKeeper <= TLS && zooKeeper + 2 >= TLS)) {
      throw new IllegalArgumentException("port 4411 stands for TLS and is never used without");
    }
  }

  /**
   * Ports in steps of ten: 4410, 4412, 4413, 4414 to 4416; 4420, 4422, 4423, 4424 to 4426; and so
   * on.
   *
   * @param base gRPC port of the first node
   * @throws IllegalArgumentException when they would meet 4411 or pass 65,535
   */
  public static List<Ports> from(int base, int nodes) {
    int last = base + STEP * (nodes - 1) + 6;
    if (base < 1 || last > 65_535) {
      throw new IllegalArgumentException(
          "the ports of "
              + nodes
              + " nodes, "
              + base
              + " to "
              + last
              + ", are not within 1 to 65535");
    }
    List<Ports> ports = new ArrayList<>();
    for (int grpc = base; grpc < last; grpc += STEP) {
      ports.add(new Ports(grpc, grpc + 2, grpc + 3, grpc + 4));
    }
    return ports;
  }

  /**
   * Ports that nobody listens on at the moment, for tests. They lie below those that systems give
   * to outgoing connections, which would take a port away between this look and its use, and give a
   * client that tries to reach a dead node that node's own port to try it from.
   */
  public static List<Ports> free(int nodes) {
    Random random = new Random();
    while (true) {
      List<Ports> ports = from(random.nextInt(FREE_MIN, FREE_MAX), nodes);
      if (ports.stream().flatMapToInt(Ports::all).allMatch(Ports::isFree)) {
        return ports;
      }
    }
  }

  /** Where gRPC is talked by TLS, if the node's settings say so. */
  int tls() {
    return grpc + 1;
  }

  private IntStream all() {
    return IntStream.of(grpc, http, raft, zooKeeper, zooKeeper + 1, zooKeeper + 2);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "gRPC " + grpc + ", HTTP " + http + ", Raft " + raft + ", ZooKeeper " + zooKeeper;
  }
}
