package io.btrdb.chaos;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * When writes were acknowledged, and the longest time in which none was.
 *
 * <p>Safe for any number of threads.
 */
final class AckTimeline {
  private final long[] last;
  private final long[] longest;
  private long lastOfAny;
  private long longestOfAll;

  /**
   * The longest pauses since the last report.
   *
   * @param stream the worst stream's: what one client of it had to wait
   * @param cluster during which no write on any stream was acknowledged
   */
  record Pauses(Duration stream, Duration cluster) {
    @Override
    public String toString() {
      return stream.toMillis() + " ms (worst stream), " + cluster.toMillis() + " ms (all streams)";
    }
  }

  AckTimeline(int streams) {
    last = new long[streams];
    longest = new long[streams];
    long now = System.nanoTime();
    Arrays.fill(last, now);
    lastOfAny = now;
  }

  synchronized void acknowledged(int stream) {
    long now = System.nanoTime();
    longest[stream] = Math.max(longest[stream], now - last[stream]);
    longestOfAll = Math.max(longestOfAll, now - lastOfAny);
    last[stream] = now;
    lastOfAny = now;
    notifyAll();
  }

  /** The longest pause of one stream since the last report, one that still lasts included. */
  synchronized Duration longest(int stream) {
    return Duration.ofNanos(Math.max(longest[stream], System.nanoTime() - last[stream]));
  }

  /**
   * Waits until any stream has had a write acknowledged after this call.
   *
   * @throws TimeoutException when none has
   */
  synchronized void awaitAny(Duration limit) throws InterruptedException, TimeoutException {
    long from = System.nanoTime();
    while (lastOfAny - from < 0) {
      long left = limit.toNanos() - (System.nanoTime() - from);
      if (left <= 0) {
        throw new TimeoutException("no write acknowledged in " + limit);
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Tells the longest pauses, one that still lasts included, and begins anew. */
  synchronized Pauses report() {
    long now = System.nanoTime();
    long worst = 0;
    for (int i = 0; i < last.length; i++) {
      worst = Math.max(worst, Math.max(longest[i], now - last[i]));
      longest[i] = 0;
    }
    long all = Math.max(longestOfAll, now - lastOfAny);
    longestOfAll = 0;
    return new Pauses(Duration.ofNanos(worst), Duration.ofNanos(all));
  }

  /**
   * Waits until each stream has had a write acknowledged after this call.
   *
   * @throws TimeoutException naming the stream that has not
   */
  synchronized void awaitAll(Duration limit) throws InterruptedException, TimeoutException {
    long from = System.nanoTime();
    for (int i = 0; i < last.length; i++) {
      while (last[i] - from < 0) {
        long left = limit.toNanos() - (System.nanoTime() - from);
        if (left <= 0) {
          throw new TimeoutException("no write on stream " + i + " acknowledged in " + limit);
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    }
  }
}
