package io.btrdb.node.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's {@link Pin}, renewed by a thread of its own until it is closed. When it could not
 * be renewed for half of its lease it counts as lost here: before any leader stops to heed it.
 * Thread-safe.
 */
public final class PoolPin implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolPin.class);
  static final Duration LEASE = Duration.ofSeconds(60);
  private static final int RENEWALS_PER_LEASE = 6;

  private final PinBoard board;
  private final UUID id = UUID.randomUUID();
  private final Duration lease;
  private final Thread thread;

  /** When the last renewal that went well began. */
  private volatile long renewedNanos = System.nanoTime();

  private volatile boolean gone;

  private PoolPin(PinBoard board, String owner, Duration lease) {
    this.board = board;
    this.lease = lease;
    Pin first = new Pin(id, 1, (int) lease.toSeconds(), owner, List.of());
    var unused =
        board.change(
            pins -> {
              List<Pin> more = new ArrayList<>(pins);
              more.removeIf(pin -> pin.id().equals(id));
              more.add(first);
              return more;
            });
    this.thread = Thread.ofPlatform().daemon().name("btrdb-pool-pin").unstarted(this::run);
    thread.start();
  }

  /**
   * Pins all that there is.
   *
   * @param owner who it is, for people; without blanks
   * @throws io.btrdb.storage.StorageException when the pool fails, or may not be written to
   */
  static PoolPin take(PinBoard board, String owner, Duration lease) {
    return new PoolPin(board, owner, lease);
  }

  /**
   * Pins what the state at these entries needs, one for each shard, and lets go of the rest.
   *
   * @throws io.btrdb.storage.StorageException when the pool fails
   */
  void at(List<Long> indices) {
    renew(pin -> pin.at(indices));
  }

  private void renew(UnaryOperator<Pin> renewal) {
    long begun = System.nanoTime();
    List<Pin> after =
        board.change(
            pins ->
                pins.stream().map(pin -> pin.id().equals(id) ? renewal.apply(pin) : pin).toList());
    if (after.stream().anyMatch(pin -> pin.id().equals(id))) {
      renewedNanos = begun;
    } else {
      gone = true;
    }
  }

  private void run() {
    try {
      while (!gone) {
        TimeUnit.NANOSECONDS.sleep(lease.toNanos() / RENEWALS_PER_LEASE);
        try {
          renew(Pin::renewed);
        } catch (RuntimeException e) {
          LOG.warn("the pin in the pool is not renewed: {}", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the pin in the pool is not renewed any more");
    }
  }

  /** Why what was pinned may be deleted by now; empty while it may not. */
  public Optional<String> lost() {
    if (gone) {
      return Optional.of("the pin was taken away, as if this process had not renewed it in time");
    }
    Duration age = Duration.ofNanos(System.nanoTime() - renewedNanos);
    return age.compareTo(lease.dividedBy(2)) > 0
        ? Optional.of("the pin could not be renewed for " + age.toSeconds() + " s")
        : Optional.empty();
  }

  /** Lets go of everything. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
      var unused = board.change(pins -> pins.stream().filter(pin -> !pin.id().equals(id)).toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("the pin stays in the pool until its lease is over: {}", e.getMessage());
    }
  }
}
