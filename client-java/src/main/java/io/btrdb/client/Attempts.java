package io.btrdb.client;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The tries of one blocking call: how many, where, and until when. Belongs to the calling thread.
 */
final class Attempts {
  private final long budgetNanos;
  private final Set<String> tried = new LinkedHashSet<>();
  private final Set<String> triedThisRound = new HashSet<>();
  private long deadlineNanos;
  private int count;

  Attempts(Duration budget) {
    budgetNanos = budget.toNanos();
    restart();
  }

  /** Grants the whole budget again, for the next chunk. */
  void restart() {
    deadlineNanos = System.nanoTime() + budgetNanos;
    count = 0;
    triedThisRound.clear();
  }

  void begin(String address) {
    count++;
    tried.add(address);
    triedThisRound.add(address);
  }

  /** Whether an address was tried since the last {@link #beginRound}. */
  boolean triedThisRound(String address) {
    return triedThisRound.contains(address);
  }

  /** All addresses were tried: from here on they may be tried again. */
  void beginRound() {
    triedThisRound.clear();
  }

  /** Tries begun so far. */
  int count() {
    return count;
  }

  long remainingNanos() {
    return Math.max(0, deadlineNanos - System.nanoTime());
  }

  boolean isOver() {
    return remainingNanos() == 0;
  }

  /** Waits before the next try; false when there is no time for one, or on interruption. */
  boolean pause() {
    long nanos = TimeUnit.MILLISECONDS.toNanos(Backoff.millis(count));
    if (remainingNanos() <= nanos) {
      return false;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** As "gave up after 12 attempts in 30 s at 127.0.0.1:4410, 127.0.0.1:4420". */
  String history() {
    return "gave up after "
        + count
        + (count == 1 ? " attempt" : " attempts")
        + " within "
        + Duration.ofNanos(budgetNanos).toMillis()
        + " ms at "
        + (tried.isEmpty() ? "no node" : String.join(", ", tried));
  }
}
