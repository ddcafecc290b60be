package io.btrdb.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Gathers points of many streams and sends each stream's as one insert when enough have come
 * together or the oldest has waited long enough.
 *
 * <p>Points are durable when {@link #flush} or {@link #close} returns without an exception, not
 * before. A batch that fails for good goes to the options' callback with its points, and the next
 * flush or close throws. {@code add} waits while the client has as much under way as it may, so a
 * slow cluster slows the producer and memory stays bounded.
 *
 * <p>With a policy other than {@link MergePolicy#NEVER} a stream has one batch under way at a time,
 * so that later points win over earlier ones.
 *
 * <p>Safe for any number of threads.
 */
public final class BufferedWriter implements AutoCloseable {
  private final ClientCore core;
  private final WriterOptions options;
  private final ScheduledFuture<?> aging;

  private final Object lock = new Object();
  private final Map<UUID, Buffer> buffers = new HashMap<>();
  private final List<BtrdbException> failures = new ArrayList<>();
  private int failureCount;
  private long bufferedPoints;
  private int underWay;
  private boolean closed;

  /** How many failures are kept for the exception of the next flush. */
  private static final int FAILURES_KEPT = 16;

  BufferedWriter(ClientCore core, WriterOptions options) {
    this.core = core;
    this.options = options;
    long period = Math.max(1, options.maxAge().toMillis() / 4);
    this.aging =
        core.flusher()
            .scheduleWithFixedDelay(this::sendAged, period, period, TimeUnit.MILLISECONDS);
    core.register(this);
  }

  /** Adds one point. May send this stream's points, and wait for room to do so. */
  public void add(BtrdbStream stream, long time, double value) {
    Batch batch;
    synchronized (lock) {
      checkOpen();
      Buffer buffer = bufferOf(stream.uuid());
      buffer.add(time, value);
      bufferedPoints++;
      batch = buffer.size >= options.batchPoints() ? take(buffer) : null;
      if (batch == null && bufferedPoints >= options.maxBufferedPoints()) {
        batch = take(largest());
      }
    }
    send(batch);
  }

  /**
   * Adds points [from, to) of the columns, which can be reused when this returns.
   *
   * @throws IndexOutOfBoundsException when the columns are shorter
   */
  public void add(BtrdbStream stream, long[] times, double[] values, int from, int to) {
    java.util.Objects.checkFromToIndex(from, to, times.length);
    java.util.Objects.checkFromToIndex(from, to, values.length);
    int next = from;
    while (next < to) {
      Batch batch = null;
      synchronized (lock) {
        checkOpen();
        Buffer buffer = bufferOf(stream.uuid());
        int count = Math.min(to - next, options.batchPoints() - buffer.size);
        buffer.add(times, values, next, count);
        bufferedPoints += count;
        next += count;
        if (buffer.size >= options.batchPoints()) {
          batch = take(buffer);
        } else if (bufferedPoints >= options.maxBufferedPoints()) {
          batch = take(largest());
        }
      }
      send(batch);
    }
  }

  /**
   * Sends everything added before and waits for the outcomes.
   *
   * @throws BtrdbException when any batch failed since the last flush; the first failure is the
   *     cause, others are suppressed
   */
  public void flush() {
    for (Batch batch = takeAny(0); batch != null; batch = takeAny(0)) {
      send(batch);
    }
    synchronized (lock) {
      awaitNothingUnderWay();
      throwFailures();
    }
  }

  /** Flushes and takes no more points. */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    aging.cancel(false);
    core.unregister(this);
    flush();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the writer is closed");
    }
  }

  private Buffer bufferOf(UUID stream) {
    Buffer buffer = buffers.get(stream);
    if (buffer == null) {
      buffer = new Buffer(stream, options.batchPoints());
      buffers.put(stream, buffer);
    }
    return buffer;
  }

  private Buffer largest() {
    Buffer largest = null;
    for (Buffer buffer : buffers.values()) {
      largest = largest == null || buffer.size > largest.size ? buffer : largest;
    }
    return largest;
  }

  /** A batch of any stream whose oldest point has waited this long, or null. */
  private Batch takeAny(long minAgeNanos) {
    long now = System.nanoTime();
    synchronized (lock) {
      for (Buffer buffer : buffers.values()) {
        if (buffer.size > 0 && now - buffer.sinceNanos >= minAgeNanos) {
          return take(buffer);
        }
      }
      return null;
    }
  }

  /** Compresses a stream's points and counts them as under way. */
  private Batch take(Buffer buffer) {
    bufferedPoints -= buffer.size;
    underWay++;
    return buffer.drain(options.policy());
  }

  private void sendAged() {
    long age = options.maxAge().toNanos();
    for (Batch batch = takeAny(age); batch != null; batch = takeAny(age)) {
      send(batch);
    }
  }

  /** Outside the lock: waits for room, and for the stream's previous batch if order matters. */
  private void send(Batch batch) {
    if (batch == null) {
      return;
    }
    CompletableFuture<Version> outcome;
    try {
      if (batch.after != null && options.policy() != MergePolicy.NEVER) {
        awaitQuietly(batch.after);
      }
      outcome = core.writes().start(batch.stream, batch.insert).outcome();
    } catch (BtrdbException e) {
      outcome = CompletableFuture.failedFuture(e);
    } catch (IllegalStateException e) {
      done(batch, null);
      throw e;
    }
    var unused = outcome.whenComplete((version, failure) -> done(batch, (BtrdbException) failure));
  }

  private static void awaitQuietly(CompletableFuture<Void> previous) {
    previous.join();
  }

  private void done(Batch batch, BtrdbException failure) {
    batch.finished.complete(null);
    try {
      if (failure != null) {
        var told =
            new WriteFailure(batch.stream, batch.insert.block(), batch.insert.count(), failure);
        core.flusher().execute(() -> options.onFailure().accept(told));
      }
    } finally {
      synchronized (lock) {
        underWay--;
        if (failure != null) {
          failureCount++;
          if (failures.size() < FAILURES_KEPT) {
            failures.add(failure);
          }
        }
        lock.notifyAll();
      }
    }
  }

  private void awaitNothingUnderWay() {
    try {
      while (underWay > 0) {
        lock.wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BtrdbException(
          io.btrdb.api.ErrorCode.CONTEXT_ERROR.number(),
          Fate.UNKNOWN,
          null,
          null,
          "interrupted while " + underWay + " batches were under way",
          e);
    }
  }

  private void throwFailures() {
    if (failures.isEmpty()) {
      return;
    }
    BtrdbException first = failures.get(0);
    BtrdbException all =
        new BtrdbException(
            first.code(),
            Fate.UNKNOWN,
            first.stream().orElse(null),
            first.endpoint().orElse(null),
            failureCount
                + (failureCount == 1 ? " batch" : " batches")
                + " failed; the first: "
                + first.getMessage(),
            first);
    failures.subList(1, failures.size()).forEach(all::addSuppressed);
    failures.clear();
    failureCount = 0;
    throw all;
  }

  /** A stream's points that wait. Guarded by the lock. */
  private static final class Buffer {
    private final UUID stream;
    private final int max;
    private long[] times = new long[16];
    private double[] values = new double[16];
    private int size;
    private long sinceNanos;
    private CompletableFuture<Void> last;

    Buffer(UUID stream, int max) {
      this.stream = stream;
      this.max = max;
    }

    void add(long time, double value) {
      room(1);
      times[size] = time;
      values[size++] = value;
    }

    void add(long[] moreTimes, double[] moreValues, int from, int count) {
      room(count);
      System.arraycopy(moreTimes, from, times, size, count);
      System.arraycopy(moreValues, from, values, size, count);
      size += count;
    }

    private void room(int more) {
      if (size == 0) {
        sinceNanos = System.nanoTime();
      }
      if (size + more > times.length) {
        int capacity = Math.max(size + more, Math.min(max, 2 * times.length));
        times = java.util.Arrays.copyOf(times, capacity);
        values = java.util.Arrays.copyOf(values, capacity);
      }
    }

    Batch drain(MergePolicy policy) {
      Batch batch = new Batch(stream, Writes.insertOf(times, values, 0, size, policy), last);
      last = batch.finished;
      size = 0;
      return batch;
    }
  }

  /** Points on their way, and the stream's batch before them. */
  private static final class Batch {
    private final UUID stream;
    private final PendingWrite.Operation.Insert insert;
    private final CompletableFuture<Void> after;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    Batch(UUID stream, PendingWrite.Operation.Insert insert, CompletableFuture<Void> after) {
      this.stream = stream;
      this.insert = insert;
      this.after = after;
    }
  }
}
