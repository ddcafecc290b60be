package io.btrdb.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** So many threads that each make one call after the other, for a time. */
final class Callers {
  static final int CALLERS = 64;
  private static final int WARM_UP_PART = 3;

  private final Bench bench;

  Callers(Bench bench) {
    this.bench = bench;
  }

  /** One call. */
  interface Call {
    /**
     * @param caller number of the thread, from 0
     * @param number of its call, from 0; goes on over warm-up and runs
     */
    void make(int caller, long number);
  }

  /** Warms up, then fills the series with runs. */
  void measure(Series series, Call call) {
    long[] numbers = new long[CALLERS];
    int seconds = bench.settings().seconds();
    run(Math.max(1, seconds / WARM_UP_PART), numbers, new Series("", "warm-up", ""), call);
    for (int i = 0; i < bench.settings().runs(); i++) {
      series.add(run(seconds, numbers, series, call));
    }
  }

  private Series.Run run(int seconds, long[] numbers, Series series, Call call) {
    bench.checkWanted();
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    AtomicLong calls = new AtomicLong();
    Usage before = bench.usageBefore();
    long begun = System.nanoTime();
    long end = begun + TimeUnit.SECONDS.toNanos(seconds);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int caller = i;
      threads.add(
          Thread.ofVirtual()
              .name("bench-caller-" + i)
              .start(
                  () -> {
                    try {
                      calls.addAndGet(loop(caller, end, numbers, series, call));
                    } catch (RuntimeException e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      join(thread);
    }
    if (failure.get() != null) {
      throw failure.get();
    }
    double elapsed = (System.nanoTime() - begun) / 1e9;
    return new Series.Run(calls.get(), elapsed, bench.usageSince(before));
  }

  private long loop(int caller, long end, long[] numbers, Series series, Call call) {
    long first = numbers[caller];
    long number = first;
    while (true) {
      long sent = System.nanoTime();
      if (sent - end >= 0) {
        numbers[caller] = number;
        return number - first;
      }
      bench.checkWanted();
      call.make(caller, number);
      number++;
      series.latency(System.nanoTime() - sent);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while callers run", e);
    }
  }
}
