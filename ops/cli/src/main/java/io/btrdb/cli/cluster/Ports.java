package io.btrdb.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of one node.
 *
 * @param grpc where clients and other nodes call
 * @param http metrics and health
 * @param raft the replicated log
 */
public record Ports(int grpc, int http, int raft) {
  /** The first node's gRPC port when nothing else is asked for. */
  public static final int DEFAULT_BASE = 4410;

  /** Clients take this one for TLS, whoever listens there. */
  static final int TLS = 4411;

  private static final int STEP = 10;

  public Ports {
    if (grpc == TLS || http == TLS || raft == TLS) {
      throw new IllegalArgumentException("port 4411 stands for TLS and is never used without");
    }
  }

  /**
   * Ports in steps of ten: 4410, 4412, 4413; 4420, 4422, 4423; and so on.
   *
   * @param base gRPC port of the first node
   * @throws IllegalArgumentException when they would meet 4411 or pass 65,535
   */
  public static List<Ports> from(int base, int nodes) {
    int last = base + STEP * (nodes - 1) + 3;
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
      ports.add(new Ports(grpc, grpc + 2, grpc + 3));
    }
    return ports;
  }

  /** Ports that nobody listens on at the moment, for tests. */
  public static List<Ports> free(int nodes) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * nodes; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Ports> ports = new ArrayList<>();
      for (int i = 0; i < 3 * nodes; i += 3) {
        ports.add(
            new Ports(
                held.get(i).getLocalPort(),
                held.get(i + 1).getLocalPort(),
                held.get(i + 2).getLocalPort()));
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      held.forEach(Ports::close);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "gRPC " + grpc + ", HTTP " + http + ", Raft " + raft;
  }
}
