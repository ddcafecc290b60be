package io.btrdb.client;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds writes under way by number and by bytes. Whoever is past the bound waits, in order of
 * arrival. Any thread.
 */
final class InFlightLimit {
  private final int maxBytes;
  private final int maxRequests;
  private final Semaphore bytes;
  private final Semaphore requests;

  InFlightLimit(long maxBytes, int maxRequests) {
    this.maxBytes = Math.toIntExact(maxBytes);
    this.maxRequests = maxRequests;
    this.bytes = new Semaphore(this.maxBytes, true);
    this.requests = new Semaphore(maxRequests, true);
  }

  /** Waits for room; false when there was none in time. */
  boolean acquire(int size, long deadlineNanos) throws InterruptedException {
    if (!requests.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    boolean room = false;
    try {
      room =
          bytes.tryAcquire(charged(size), deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      return room;
    } finally {
      if (!room) {
        requests.release();
      }
    }
  }

  void release(int size) {
    bytes.release(charged(size));
    requests.release();
  }

  /** A single write that is larger than the bound takes all of it. */
  private int charged(int size) {
    return Math.min(size, maxBytes);
  }

  /** Waits until nothing is under way; false when something still was at the deadline. */
  boolean awaitIdle(long deadlineNanos) throws InterruptedException {
    boolean idle =
        requests.tryAcquire(maxRequests, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (idle) {
      requests.release(maxRequests);
    }
    return idle;
  }
}
