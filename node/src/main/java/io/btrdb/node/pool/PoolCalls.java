package io.btrdb.node.pool;

import io.btrdb.storage.StorageException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Calls to the pool, on threads of their own and with a limit of time: whoever waits for one gives
 * up when the limit has passed, whatever the pool does. The first call that can opens the
 * connection. A bounded number of calls runs and waits; past that they fail at once. Thread-safe.
 */
final class PoolCalls implements AutoCloseable {
  /** Readers that wait for the pool at any time. */
  private static final int READERS = 32;

  private static final int READS_WAITING = 1_024;
  private static final int WRITERS = 8;
  private static final int WRITES_WAITING = 64;
  private static final long IDLE_SECONDS = 60;

  private final Supplier<PoolAccess> opener;
  private final long readMillis;
  private final long writeMillis;
  private final ThreadPoolExecutor readers = threads("read", READERS, READS_WAITING);
  private final ThreadPoolExecutor writers = threads("write", WRITERS, WRITES_WAITING);
  private final ReentrantLock opening = new ReentrantLock();
  private volatile PoolAccess access;
  private volatile Optional<String> outage = Optional.empty();
  private volatile boolean closed;

  /**
   * @param readMillis how long a read may take
   * @param writeMillis how long a write, a delete or a listing may take
   */
  PoolCalls(Supplier<PoolAccess> opener, long readMillis, long writeMillis) {
    this.opener = opener;
    this.readMillis = readMillis;
    this.writeMillis = writeMillis;
  }

  private static ThreadPoolExecutor threads(String name, int count, int waiting) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("btrdb-pool-" + name + "-" + number.getAndIncrement())
                    .unstarted(task));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * From now on reads fail at once, for this reason; empty: they are tried again. Writes are tried
   * all the time.
   */
  void outage(Optional<String> reason) {
    outage = reason;
  }

  /**
   * @throws StorageException when the pool fails, does not answer in time or is known to be gone
   */
  <T> T read(String what, Function<PoolAccess, T> work) {
    Optional<String> gone = outage;
    if (gone.isPresent()) {
      throw new StorageException(what + ": " + gone.get());
    }
    return call(readers, readMillis, what, work);
  }

  /** A read that is tried even when the pool is known to be gone. */
  <T> T probe(String what, Function<PoolAccess, T> work) {
    return call(readers, readMillis, what, work);
  }

  /**
   * Writes, deletes and lists.
   *
   * @throws StorageException when the pool fails or does not answer in time: what was to be written
   *     may be written yet
   */
  <T> T write(String what, Function<PoolAccess, T> work) {
    return call(writers, writeMillis, what, work);
  }

  private <T> T call(
      ThreadPoolExecutor threads, long limitMillis, String what, Function<PoolAccess, T> work) {
    Future<T> call;
    try {
      call = threads.submit(() -> work.apply(connected()));
    } catch (RejectedExecutionException e) {
      throw new StorageException(
          closed
              ? what + ": the node is stopping"
              : what + ": " + threads.getQueue().size() + " calls wait for the pool already",
          e);
    }
    try {
      return call.get(limitMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      call.cancel(true);
      throw new StorageException(
          what + ": the pool has not answered within " + limitMillis + " ms", e);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new StorageException(what + ": interrupted while waiting for the pool", e);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  /** While one call opens the connection the others wait, for no longer than their limits. */
  private PoolAccess connected() throws InterruptedException {
    PoolAccess known = access;
    if (known != null) {
      return known;
    }
    opening.lockInterruptibly();
    try {
      if (access == null) {
        if (closed) {
          throw new StorageException("the node is stopping");
        }
        access = opener.get();
      }
      return access;
    } finally {
      opening.unlock();
    }
  }

  /** Ends the calls that wait; those that run may go on for as long as the pool lets them. */
  @Override
  public void close() {
    closed = true;
    readers.shutdownNow();
    writers.shutdownNow();
    opening.lock();
    try {
      if (access != null) {
        access.close();
      }
    } finally {
      opening.unlock();
    }
  }
}
