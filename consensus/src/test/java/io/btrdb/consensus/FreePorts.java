package io.btrdb.consensus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Ports that nobody listens on, for the tests of this room and of those above. They lie below those
 * that systems give to outgoing connections, which would take one away before a test has bound it.
 */
public final class FreePorts {
  private static final int MIN = 12_000;
  private static final int MAX = 32_000;

  private FreePorts() {}

  public static int next() {
    return inARow(1);
  }

  /** The first of some in a row. */
  public static int inARow(int count) {
    Random random = new Random();
    while (true) {
      int first = random.nextInt(MIN, MAX - count);
      if (IntStream.range(first, first + count).allMatch(FreePorts::isFree)) {
        return first;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
