package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs what may wait or take long on threads of its own, virtual as a rule: a bounded number at
 * once, a bounded number waiting, and past that a refusal. Callers have even shares of both, see
 * {@link FairTurns} and {@link FairShare}. Thread-safe.
 */
final class WorkPool implements AutoCloseable {
  private final ExecutorService threads;
  private final FairTurns turns;
  private final FairShare admitted;

  /**
   * @param running tasks at once; one that waits for its receiver does not count
   * @param queued tasks that wait, for a start or for their receiver
   */
  WorkPool(String name, int running, int queued) {
    this(Thread.ofVirtual().name(name + "-", 0), running, queued);
  }

  /** As above, on threads of another kind: for work that keeps a core while it lasts. */
  WorkPool(Thread.Builder threads, int running, int queued) {
    this.threads = Executors.newThreadPerTaskExecutor(threads.factory());
    this.turns = new FairTurns(running);
    this.admitted = new FairShare(running + queued);
  }

  /** Runs the task, or ends the exchange; the task ends it otherwise. */
  void run(Exchange exchange, Runnable task) {
    if (!admitted.take(exchange.account(), 1)) {
      exchange.refuse(
          Refusal.of(
              ErrorCode.RESOURCE_DEPLETED,
              "as many requests of this kind run or wait on this node as it may have for you: try"
                  + " again in %d ms",
              Limits.RETRY_AFTER_MILLIS));
      return;
    }
    threads.execute(() -> runWhenFree(exchange, task));
  }

  private void runWhenFree(Exchange exchange, Runnable task) {
    try {
      long patience = exchange.deadlineNanos() - System.nanoTime();
      if (!turns.enter(exchange.account(), patience)) {
        exchange.expire();
        return;
      }
      FairTurns.Turn turn = turns.of(exchange.account());
      exchange.holds(turn);
      try {
        runNow(exchange, task);
      } finally {
        turn.leave();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.expire();
    } finally {
      admitted.give(exchange.account(), 1);
    }
  }

  private static void runNow(Exchange exchange, Runnable task) {
    if (exchange.isCancelled()) {
      exchange.finish();
      return;
    }
    try {
      task.run();
    } catch (ExchangeOverException e) {
      exchange.expire();
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
