package io.btrdb.node.pool;

import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.StorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second whether the pool answers, and whether this incarnation of the cluster is still
 * the newest. While the pool does not answer reads fail at once with the reason, instead of one by
 * one after their limit. On a thread of its own; the questions may be asked from any.
 */
final class PoolWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolWatch.class);
  private static final long LOOK_MILLIS = 1_000;

  private final ObjectPool objects;
  private final PoolCalls calls;
  private final String own;
  private final String next;
  private final Thread thread;

  private volatile long silentSinceNanos;
  private volatile Optional<String> silence = Optional.empty();
  private volatile boolean superseded;

  /**
   * @param own name of the object that is this incarnation's
   * @param next name of the object that the next one would have
   */
  PoolWatch(ObjectPool objects, PoolCalls calls, String own, String next) {
    this.objects = objects;
    this.calls = calls;
    this.own = own;
    this.next = next;
    this.thread = Thread.ofPlatform().daemon().name("btrdb-pool-watch").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        look();
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      LOG.debug("the pool is not watched any more");
    }
  }

  private void look() {
    try {
      boolean found = objects.read(own).isPresent();
      if (!superseded && objects.read(next).isPresent()) {
        superseded = true;
        LOG.error(
            "the cluster was recovered from the pool by another one ({}): this one changes nothing"
                + " there any more; stop it",
            next);
      }
      if (found) {
        answered();
      } else {
        failed("object " + own + " is gone: is this the right pool?");
      }
    } catch (StorageException e) {
      failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("looking at the pool failed", e);
      failed(e.toString());
    }
  }

  private void answered() {
    if (silence.isPresent()) {
      LOG.info("the pool answers again, after {} s", outage().toSeconds());
    }
    silence = Optional.empty();
    calls.outage(Optional.empty());
  }

  private void failed(String reason) {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    if (silence.isEmpty()) {
      silentSinceNanos = System.nanoTime();
      LOG.warn("the pool does not answer: {}", reason);
    }
    silence = Optional.of(reason);
    calls.outage(
        Optional.of("the pool has not answered for " + outage().toSeconds() + " s: " + reason));
  }

  /** Why the pool does not answer; empty when it does. */
  Optional<String> silence() {
    return silence;
  }

  /** For how long it has not answered. */
  Duration outage() {
    return silence.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(System.nanoTime() - silentSinceNanos);
  }

  boolean isSuperseded() {
    return superseded;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
