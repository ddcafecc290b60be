package io.btrdb.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * A port that nobody listens on. It lies below those that systems give to outgoing connections,
 * which would take it away before a test has bound it.
 */
public final class FreePort {
  private static final int MIN = 12_000;
  private static final int MAX = 32_000;

  private FreePort() {}

  public static int next() {
    Random random = new Random();
    while (true) {
      int port = random.nextInt(MIN, MAX);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Somebody has it: draw again.
      }
    }
  }
}
