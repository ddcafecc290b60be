package io.btrdb.node.replica;

import io.btrdb.consensus.GroupId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The transfers to this node's replicas that are under way: how far each is, no faster than
 * allowed, and stopped when its replica is to be deleted. Thread-safe.
 */
final class Transfers {
  private final long bytesPerSecond;
  private final Map<GroupId, Transfer> underWay = new ConcurrentHashMap<>();

  /** {@code bytesPerSecond} is for each transfer by itself; 0: no limit. */
  Transfers(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** The transfer to a replica, if one is under way. */
  Optional<Transfer> of(GroupId group) {
    return Optional.ofNullable(underWay.get(group));
  }

  /**
   * @throws IllegalStateException when one is under way
   */
  Transfer begin(GroupId group) {
    Transfer fresh = new Transfer(group);
    if (underWay.putIfAbsent(group, fresh) != null) {
      throw new IllegalStateException("group " + group + " is being transferred already");
    }
    return fresh;
  }

  /**
   * Makes a transfer end before its next piece.
   *
   * @return whether it has ended
   */
  boolean stop(GroupId group, long timeoutMillis) throws InterruptedException {
    Transfer transfer = underWay.get(group);
    if (transfer == null) {
      return true;
    }
    transfer.stopped = true;
    return transfer.ended.await(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  /** One transfer; its methods are for the thread that runs it, but for the two counts. */
  final class Transfer implements AutoCloseable {
    private final GroupId group;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long startNanos = System.nanoTime();
    private volatile boolean stopped;
    private volatile long totalBytes;
    private volatile long doneBytes;
    private long sentBytes;

    private Transfer(GroupId group) {
      this.group = group;
    }

    void total(long bytes) {
      totalBytes = bytes;
    }

    /** Bytes that need not be sent, for they are here. */
    void skip(long bytes) {
      doneBytes = doneBytes + bytes;
    }

    /**
     * A piece has arrived: waits as long as it takes to stay below the limit.
     *
     * @throws IllegalStateException when the transfer is to stop
     */
    void arrived(int bytes) {
      doneBytes = doneBytes + bytes;
      sentBytes += bytes;
      if (bytesPerSecond > 0) {
        long dueNanos = startNanos + (long) (sentBytes * 1e9 / bytesPerSecond);
        for (long left = dueNanos - System.nanoTime(); left > 0 && !stopped; ) {
          LockSupport.parkNanos(Math.min(left, 200_000_000));
          left = dueNanos - System.nanoTime();
        }
      }
      checkWanted();
    }

    /**
     * @throws IllegalStateException when the transfer is to stop
     */
    void checkWanted() {
      if (stopped) {
        throw new IllegalStateException("the replica of group " + group + " is being deleted");
      }
    }

    long doneBytes() {
      return doneBytes;
    }

    long totalBytes() {
      return totalBytes;
    }

    @Override
    public void close() {
      underWay.remove(group, this);
      ended.countDown();
    }
  }
}
