package io.btrdb.consensus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices at once that a peer's process has ended. It keeps one silent TCP connection to each
 * peer's Raft port. When a process ends, however it ends, its kernel closes its connections and
 * from then on refuses new ones. A peer is gone when both have happened: a connection that was
 * there broke, and its port refuses another.
 *
 * <p>A port that talks TLS closes a line that does not, after ten seconds; the line is made again
 * at once, and nobody is gone.
 *
 * <p>A machine that hangs or is cut off does neither; there the election timeout decides. So does
 * it whenever a connection could not be made in the first place.
 *
 * <p>One thread of its own, which also makes the calls to the listener.
 */
final class FailureDetector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FailureDetector.class);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int HEARD_BYTES_MAX = 4096;

  /** A process that ends may still have its port when its connections are closed already. */
  private static final long PROBE_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** So long after a connection broke a refusal still tells of the same end. */
  private static final long PROBED_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A refusal comes back at once; what takes longer is no answer from the peer's kernel. */
  private static final long REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private enum State {
    /** Being connected; the last connection, if any, did not break. */
    CONNECTING,
    CONNECTED,
    /** Being connected again after the connection broke. */
    PROBING,
    /** To be connected again later. */
    WAITING
  }

  private static final class Line {
    final String address;
    State state = State.WAITING;
    SocketChannel channel;
    long retryAtNanos = System.nanoTime();

    /** When {@link #state} was entered. */
    long sinceNanos;

    /** A connection that lasted broke, and neither a refusal nor one that lasts has followed. */
    boolean broke;

    long brokeNanos;

    Line(String address) {
      this.address = address;
    }
  }

  private final Consumer<String> onGone;
  private final Selector selector;
  private final Thread thread;
  private volatile Set<String> wanted = Set.of();
  private volatile boolean closed;

  /** By address. Used by the thread only. */
  private final Map<String, Line> lines = new HashMap<>();

  /** What peers say on these lines is read and dropped. */
  private final ByteBuffer heard = ByteBuffer.allocate(HEARD_BYTES_MAX);

  /**
   * @param onGone told the address, {@code host:port}, of a peer whose process has ended; once for
   *     each time
   */
  FailureDetector(PeerId self, Consumer<String> onGone) throws IOException {
    this.onGone = onGone;
    selector = Selector.open();
    thread = Thread.ofPlatform().daemon().name("failure-detector-" + self).start(this::run);
  }

  /** Replaces the addresses to be watched. Any thread. */
  void watch(Set<String> addresses) {
    if (!wanted.equals(addresses)) {
      wanted = Set.copyOf(addresses);
      selector.wakeup();
    }
  }

  private void run() {
    try (selector) {
      while (!closed) {
        keepLines();
        selector.select(millisToNextRetry());
        for (SelectionKey key : selector.selectedKeys()) {
          ready((Line) key.attachment());
        }
        selector.selectedKeys().clear();
      }
      lines.values().forEach(this::hangUp);
    } catch (IOException e) {
      throw new UncheckedIOException("the failure detector cannot use its selector", e);
    }
  }

  private void keepLines() {
    Set<String> now = wanted;
    lines
        .values()
        .removeIf(
            line -> {
              boolean unwanted = !now.contains(line.address);
              if (unwanted) {
                hangUp(line);
              }
              return unwanted;
            });
    for (String address : now) {
      Line line = lines.computeIfAbsent(address, Line::new);
      if (line.state == State.WAITING && line.retryAtNanos - System.nanoTime() <= 0) {
        connect(line, line.broke ? State.PROBING : State.CONNECTING);
      }
    }
  }

  /** At least 1: zero would be for ever. */
  private long millisToNextRetry() {
    long nanos = RETRY_NANOS;
    for (Line line : lines.values()) {
      if (line.state == State.WAITING) {
        nanos = Math.min(nanos, line.retryAtNanos - System.nanoTime());
      }
    }
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  private void connect(Line line, State state) {
    int colon = line.address.lastIndexOf(':');
    enter(line, state);
    try {
      line.channel = SocketChannel.open();
      line.channel.configureBlocking(false);
      SelectionKey key = line.channel.register(selector, SelectionKey.OP_CONNECT, line);
      InetSocketAddress target =
          new InetSocketAddress(
              line.address.substring(0, colon),
              Integer.parseInt(line.address.substring(colon + 1)));
      if (target.isUnresolved()) {
        waitBeforeRetry(line, RETRY_NANOS);
      } else if (line.channel.connect(target)) {
        connected(line, key);
      }
    } catch (IOException e) {
      connectFailed(line, e);
    }
  }

  private void ready(Line line) {
    SelectionKey key = line.channel.keyFor(selector);
    if (key == null || !key.isValid()) {
      return;
    }
    if (line.state == State.CONNECTED) {
      listen(line);
      return;
    }
    try {
      if (line.channel.finishConnect()) {
        connected(line, key);
      }
    } catch (IOException e) {
      connectFailed(line, e);
    }
  }

  private void connected(Line line, SelectionKey key) {
    enter(line, State.CONNECTED);
    key.interestOps(SelectionKey.OP_READ);
  }

  private void connectFailed(Line line, IOException why) {
    boolean ended =
        line.state == State.PROBING && why instanceof ConnectException && age(line) < REFUSAL_NANOS;
    line.broke = false;
    waitBeforeRetry(line, RETRY_NANOS);
    if (ended) {
      LOG.info("nobody listens on {} any more", line.address);
      onGone.accept(line.address);
    }
  }

  private void listen(Line line) {
    try {
      heard.clear();
      if (line.channel.read(heard) >= 0) {
        return;
      }
    } catch (IOException e) {
      LOG.debug("the line to {} was reset", line.address, e);
    }
    hangUp(line);
    if (age(line) >= RETRY_NANOS) {
      line.broke = true;
      line.brokeNanos = System.nanoTime();
      connect(line, State.PROBING);
    } else if (line.broke && System.nanoTime() - line.brokeNanos < PROBED_NANOS) {
      // Its port outlived its connections by a moment.
      waitBeforeRetry(line, PROBE_AGAIN_NANOS);
    } else {
      // Something accepts connections only to close them.
      line.broke = false;
      waitBeforeRetry(line, RETRY_NANOS);
    }
  }

  private static void enter(Line line, State state) {
    line.state = state;
    line.sinceNanos = System.nanoTime();
  }

  private static long age(Line line) {
    return System.nanoTime() - line.sinceNanos;
  }

  private void waitBeforeRetry(Line line, long nanos) {
    hangUp(line);
    enter(line, State.WAITING);
    line.retryAtNanos = System.nanoTime() + nanos;
  }

  private void hangUp(Line line) {
    if (line.channel != null) {
      try {
        line.channel.close();
      } catch (IOException e) {
        LOG.debug("closing the line to {}", line.address, e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }
}
