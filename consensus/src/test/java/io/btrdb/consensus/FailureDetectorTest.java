package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FailureDetectorTest {
  /** Long enough for a connection to count as one that was there. */
  private static final int LASTS_MILLIS = 400;

  private final BlockingQueue<String> gone = new LinkedBlockingQueue<>();

  private static ServerSocket listen() throws Exception {
    return new ServerSocket(FreePorts.next(), 16, InetAddress.getLoopbackAddress());
  }

  private static String address(ServerSocket server) {
    return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
  }

  /** A line that lasts a while and says nothing. */
  private static Socket line(ServerSocket server) throws Exception {
    Socket line = server.accept();
    line.setSoTimeout(LASTS_MILLIS);
    assertThrows(SocketTimeoutException.class, () -> line.getInputStream().read());
    return line;
  }

  @Test
  void shouldNoticeAProcessThatEnds() throws Exception {
    try (ServerSocket server = listen();
        FailureDetector detector = new FailureDetector(new PeerId("a"), gone::add)) {
      detector.watch(Set.of(address(server)));
      Socket line = line(server);
      server.close();
      line.close();
      assertEquals(address(server), gone.poll(30, TimeUnit.SECONDS));
    }
  }

  /** The kernel closes what a process had open one by one, and its port need not be the first. */
  @Test
  void shouldNoticeAProcessWhosePortOutlivesItsConnections() throws Exception {
    try (ServerSocket server = listen();
        FailureDetector detector = new FailureDetector(new PeerId("a"), gone::add)) {
      detector.watch(Set.of(address(server)));
      line(server).close();
      server.accept().close();
      server.close();
      assertEquals(address(server), gone.poll(30, TimeUnit.SECONDS));
    }
  }
}
