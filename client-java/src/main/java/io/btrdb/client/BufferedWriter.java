package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
  private final Set<Batch> underWay = new LinkedHashSet<>();
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
    takeAll(0).forEach(this::send);
    List<Batch> waited;
    synchronized (lock) {
      waited = List.copyOf(underWay);
    }
    waited.forEach(BufferedWriter::await);
    throwFailures();
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

  /** A batch of each stream whose oldest point has waited this long. */
  private List<Batch> takeAll(long minAgeNanos) {
    long now = System.nanoTime();
    List<Batch> batches = new ArrayList<>();
    synchronized (lock) {
      for (Buffer buffer : buffers.values()) {
        if (buffer.size > 0 && now - buffer.sinceNanos >= minAgeNanos) {
          batches.add(take(buffer));
        }
      }
    }
    return batches;
  }

  private Batch take(Buffer buffer) {
    bufferedPoints -= buffer.size;
    Batch batch = buffer.drain();
    underWay.add(batch);
    return batch;
  }

  private void sendAged() {
    takeAll(options.maxAge().toNanos()).forEach(this::send);
  }

  /** Outside the lock: compresses, and waits for room and, if order matters, for its turn. */
  private void send(Batch batch) {
    if (batch == null) {
      return;
    }
    if (batch.after != null && options.policy() != MergePolicy.NEVER) {
      batch.after.join();
    }
    PendingWrite.Operation.Insert insert = batch.compress(options.policy());
    CompletableFuture<Version> outcome;
    try {
      outcome = core.writes().start(batch.stream, insert).outcome();
    } catch (BtrdbException e) {
      outcome = CompletableFuture.failedFuture(e);
    }
    var unused = outcome.whenComplete((version, failure) -> done(batch, insert, failure));
  }

  private void done(Batch batch, PendingWrite.Operation.Insert insert, Throwable failure) {
    synchronized (lock) {
      underWay.remove(batch);
      if (failure != null) {
        failureCount++;
        if (failures.size() < FAILURES_KEPT) {
          failures.add((BtrdbException) failure);
        }
      }
    }
    batch.finished.complete(null);
    if (failure != null) {
      var told =
          new WriteFailure(batch.stream, insert.block(), insert.count(), (BtrdbException) failure);
      core.callbacks().execute(() -> options.onFailure().accept(told));
    }
  }

  private static void await(Batch batch) {
    try {
      batch.finished.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BtrdbException(
          ErrorCode.CONTEXT_ERROR.number(),
          Fate.UNKNOWN,
          batch.stream,
          null,
          "interrupted while batches were under way",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a batch is finished with a value only", e);
    }
  }

  private void throwFailures() {
    synchronized (lock) {
      if (!failures.isEmpty()) {
        throw takeFailures();
      }
    }
  }

  private BtrdbException takeFailures() {
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
    return all;
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

    Batch drain() {
      Batch batch = new Batch(stream, times, values, size, last);
      last = batch.finished;
      times = new long[times.length];
      values = new double[values.length];
      size = 0;
      return batch;
    }
  }

  /** Points on their way, and the stream's batch before them. */
  private static final class Batch {
    private final UUID stream;
    private final CompletableFuture<Void> after;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final int size;
    private long[] times;
    private double[] values;

    Batch(UUID stream, long[] times, double[] values, int size, CompletableFuture<Void> after) {
      this.stream = stream;
      this.times = times;
      this.values = values;
      this.size = size;
      this.after = after;
    }

    /** Once: the columns are given up. */
    PendingWrite.Operation.Insert compress(MergePolicy policy) {
      var insert = Writes.insertOf(times, values, 0, size, policy);
      times = null;
      values = null;
      return insert;
    }
  }
}
