package io.btrdb.sql;

import java.util.concurrent.atomic.AtomicBoolean;

/** Ends a query from outside: because nobody waits any more, or because time is up. Any thread. */
public final class Stop {
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final long deadlineNanos;

  /**
   * @param deadlineNanos {@link System#nanoTime} after which the query ends
   */
  public Stop(long deadlineNanos) {
    this.deadlineNanos = deadlineNanos;
  }

  /** Nobody waits for the answer. */
  public void cancel() {
    cancelled.set(true);
  }

  /** Throws {@link SqlRefusedException} when the query should end. */
  void check() {
    if (cancelled.get()) {
      throw new SqlRefusedException(
          SqlRefusedException.Reason.STOPPED, "the query has been cancelled");
    }
    if (System.nanoTime() - deadlineNanos >= 0) {
      throw new SqlRefusedException(
          SqlRefusedException.Reason.STOPPED,
          "the query has not ended in the time that it may take; ask for less, for example for one"
              + " collection, or with a LIMIT");
    }
  }

  /** For the planner, which looks at it between its steps. */
  AtomicBoolean flag() {
    return cancelled;
  }
}
