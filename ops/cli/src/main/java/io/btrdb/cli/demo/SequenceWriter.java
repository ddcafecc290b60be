package io.btrdb.cli.demo;

import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that inserts the numbers 0, 1, 2, ... into a stream, a batch after the other, and notes
 * which the cluster acknowledged and how long the longest wait for that was. What it noted can be
 * read when it has ended.
 */
final class SequenceWriter extends Thread {
  static final int BATCH_POINTS = 100;

  /** Between two batches, as a meter would pause; leaves the node that catches up some room. */
  private static final long PACE_NANOS = 20_000_000;

  private final BtrdbStream stream;
  private final long base;
  private final BitSet acknowledged = new BitSet();
  private volatile long points;
  private volatile boolean stopping;
  private int batches;
  private int failures;
  private long longestNanos;
  private BtrdbException lastFailure;

  SequenceWriter(BtrdbStream stream, long base) {
    super("demo-writer-" + stream.uuid());
    this.stream = stream;
    this.base = base;
    setDaemon(true);
  }

  @Override
  public void run() {
    long[] times = new long[BATCH_POINTS];
    double[] values = new double[BATCH_POINTS];
    long lastAcknowledged = System.nanoTime();
    long confirmed = 0;
    while (!stopping) {
      long first = (long) batches * BATCH_POINTS;
      for (int i = 0; i < BATCH_POINTS; i++) {
        times[i] = base + (first + i) * Proof.STEP_NANOS;
        values[i] = first + i;
      }
      batches++;
      try {
        stream.insert(times, values);
        acknowledged.set(batches - 1);
        confirmed += BATCH_POINTS;
        points = confirmed;
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - lastAcknowledged);
        lastAcknowledged = now;
      } catch (BtrdbException e) {
        failures++;
        lastFailure = e;
      }
      LockSupport.parkNanos(PACE_NANOS);
    }
    longestNanos = Math.max(longestNanos, System.nanoTime() - lastAcknowledged);
  }

  /** Ends it after the batch that is under way. */
  void finish() {
    stopping = true;
  }

  BtrdbStream stream() {
    return stream;
  }

  /** Points acknowledged so far; also while it runs. */
  long points() {
    return points;
  }

  /** The longest time without an acknowledgement. */
  long longestNanos() {
    return longestNanos;
  }

  /** Batches whose insert failed for good. */
  int failures() {
    return failures;
  }

  /** Why the last of them did, null when none did. */
  BtrdbException lastFailure() {
    return lastFailure;
  }

  /** A comparison with what is read. */
  Proof proof() {
    return new Proof(base, BATCH_POINTS, batches, acknowledged);
  }
}
