package io.btrdb.cli.bench;

import io.btrdb.client.BtrdbStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Inserts batches that are in memory already: threads of which each has some of the streams, round
 * robin, with a limited number of asynchronous inserts under way. The data of all streams have the
 * same times.
 */
final class AsyncInsert {
  private final Bench bench;
  private final int writers;
  private final Semaphore inFlight;
  private final int limit;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /**
   * @param limit inserts under way at most
   */
  AsyncInsert(Bench bench, int writers, int limit) {
    this.bench = bench;
    this.writers = writers;
    this.limit = limit;
    this.inFlight = new Semaphore(limit);
  }

  /**
   * What to insert.
   *
   * @param times by batch
   * @param values by stream and batch; shorter than the streams, it is used in turn
   */
  record Batches(long[][] times, double[][][] values) {
    double[] values(int stream, int batch) {
      return values[stream % values.length][batch];
    }
  }

  /**
   * Inserts all batches into all streams and waits until the last is acknowledged.
   *
   * @param series gets the latency of each batch
   * @return what it took
   */
  Series.Run run(List<BtrdbStream> streams, Batches batches, Series series) {
    bench.checkWanted();
    Usage before = bench.usageBefore();
    long begun = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int w = 0; w < Math.min(writers, streams.size()); w++) {
      int first = w;
      threads.add(
          Thread.ofPlatform()
              .name("bench-writer-" + w)
              .daemon()
              .start(() -> write(streams, first, batches, series)));
    }
    threads.forEach(AsyncInsert::join);
    inFlight.acquireUninterruptibly(limit);
    double seconds = (System.nanoTime() - begun) / 1e9;
    inFlight.release(limit);
    if (failure.get() != null) {
      throw new IllegalStateException("an insert failed: " + failure.get(), failure.get());
    }
    long points = 0;
    for (long[] times : batches.times()) {
      points += times.length;
    }
    return new Series.Run(points * streams.size(), seconds, bench.usageSince(before));
  }

  private void write(List<BtrdbStream> streams, int first, Batches batches, Series series) {
    try {
      for (int b = 0; b < batches.times().length && failure.get() == null; b++) {
        bench.checkWanted();
        for (int s = first; s < streams.size(); s += writers) {
          send(streams.get(s), batches.times()[b], batches.values(s, b), series);
        }
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void send(BtrdbStream stream, long[] times, double[] values, Series series) {
    inFlight.acquireUninterruptibly();
    long sent = System.nanoTime();
    try {
      var unused =
          stream
              .insertAsync(times, values)
              .whenComplete(
                  (version, problem) -> {
                    series.latency(System.nanoTime() - sent);
                    inFlight.release();
                    if (problem != null) {
                      failure.compareAndSet(null, problem);
                    }
                  });
    } catch (RuntimeException e) {
      inFlight.release();
      throw e;
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writers run", e);
    }
  }
}
