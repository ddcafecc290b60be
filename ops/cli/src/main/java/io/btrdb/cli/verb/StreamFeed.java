package io.btrdb.cli.verb;

import io.btrdb.client.BtrdbStream;
import io.btrdb.client.MergePolicy;
import io.btrdb.client.Version;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Sends the points of one stream in batches, several under way at once; with a policy for which the
 * order matters, one. Belongs to one thread.
 */
final class StreamFeed implements PointSink {
  private static final int BATCH = 10_000;

  private final BtrdbStream stream;
  private final MergePolicy policy;
  private final boolean ordered;
  private final Deque<CompletableFuture<Version>> underWay = new ArrayDeque<>();
  private long[] times = new long[0];
  private double[] values = new double[0];
  private int size;

  StreamFeed(BtrdbStream stream, MergePolicy policy) {
    this.stream = stream;
    this.policy = policy;
    this.ordered = policy == MergePolicy.RETAIN || policy == MergePolicy.REPLACE;
  }

  /**
   * Takes a point.
   *
   * @throws io.btrdb.client.BtrdbException when a batch failed, this or one before
   */
  @Override
  public void add(long time, double value) {
    if (times.length == 0) {
      times = new long[BATCH];
      values = new double[BATCH];
    }
    times[size] = time;
    values[size++] = value;
    if (size == BATCH) {
      send();
    }
  }

  /** Sends what is held back, and lets go of the room for it. */
  @Override
  public void flush() {
    if (size > 0) {
      send();
    }
    times = new long[0];
    values = new double[0];
  }

  /**
   * Waits until everything that was sent is stored.
   *
   * @throws io.btrdb.client.BtrdbException when a batch failed
   */
  void settle() {
    while (!underWay.isEmpty()) {
      take();
    }
  }

  private void send() {
    if (ordered) {
      settle();
    }
    long[] batchTimes = size == BATCH ? times : Arrays.copyOf(times, size);
    double[] batchValues = size == BATCH ? values : Arrays.copyOf(values, size);
    underWay.add(stream.insertAsync(batchTimes, batchValues, policy));
    size = 0;
    while (!underWay.isEmpty() && underWay.getFirst().isDone()) {
      take();
    }
  }

  private void take() {
    try {
      underWay.removeFirst().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
