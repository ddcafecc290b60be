package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs what may wait or take long on virtual threads: a bounded number at once, a bounded number
 * waiting, and past that a refusal. Thread-safe.
 */
final class WorkPool implements AutoCloseable {
  private final ExecutorService threads;
  private final Semaphore running;
  private final AtomicInteger admitted = new AtomicInteger();
  private final int admittedMax;

  /**
   * @param running tasks at once; one that waits for its receiver does not count
   * @param queued tasks that wait, for a start or for their receiver
   */
  WorkPool(String name, int running, int queued) {
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
    this.running = new Semaphore(running);
    this.admittedMax = running + queued;
  }

  /** Runs the task, or ends the exchange; the task ends it otherwise. */
  void run(Exchange exchange, Runnable task) {
    if (admitted.incrementAndGet() > admittedMax) {
      admitted.decrementAndGet();
      exchange.refuse(
          Refusal.of(
              ErrorCode.RESOURCE_DEPLETED,
              "%d requests of this kind run or wait on this node, as many as may: try again in"
                  + " %d ms",
              admittedMax,
              Limits.RETRY_AFTER_MILLIS));
      return;
    }
    threads.execute(() -> runWhenFree(exchange, task));
  }

  private void runWhenFree(Exchange exchange, Runnable task) {
    try {
      long patience = exchange.deadlineNanos() - System.nanoTime();
      if (!running.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
        exchange.expire();
        return;
      }
      exchange.holds(running);
      try {
        runNow(exchange, task);
      } finally {
        running.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.expire();
    } finally {
      admitted.decrementAndGet();
    }
  }

  private static void runNow(Exchange exchange, Runnable task) {
    if (exchange.isCancelled()) {
      exchange.finish();
      return;
    }
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      exchange.crash(e);
    }
  }

  /** Interrupts what still runs. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
