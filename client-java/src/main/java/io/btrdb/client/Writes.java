package io.btrdb.client;

import com.google.protobuf.ByteString;
import io.btrdb.api.ErrorCode;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * Writes as callers see them: compressed on the caller's thread, admitted within the limits, handed
 * to the router, awaited. Any thread.
 */
final class Writes implements AutoCloseable {
  private static final ThreadLocal<ByteWriter> SCRATCH =
      ThreadLocal.withInitial(() -> new ByteWriter(4096));

  private final ClientOptions options;
  private final WriteRouter router;
  private final Executor callbacks;
  private final InFlightLimit limit;
  private volatile boolean closed;

  Writes(ClientOptions options, WriteRouter router, Executor callbacks) {
    this.options = options;
    this.router = router;
    this.callbacks = callbacks;
    this.limit = new InFlightLimit(options.maxInFlightBytes(), options.maxInFlightRequests());
  }

  Version insert(UUID uuid, long[] times, double[] values, MergePolicy policy) {
    checkColumns(times, values);
    if (times.length <= BtrdbStream.REQUEST_POINTS_MAX) {
      return await(uuid, start(uuid, insertOf(times, values, 0, times.length, policy)).outcome());
    }
    return await(uuid, insertParts(uuid, times, values, policy));
  }

  CompletableFuture<Version> insertAsync(
      UUID uuid, long[] times, double[] values, MergePolicy policy) {
    checkColumns(times, values);
    CompletableFuture<Version> forCaller = new CompletableFuture<>();
    if (times.length <= BtrdbStream.REQUEST_POINTS_MAX) {
      PendingWrite write = admit(uuid, insertOf(times, values, 0, times.length, policy));
      // Room is given back after the callbacks, so that slow ones hold back the producer.
      relay(write.outcome(), forCaller, () -> limit.release(write.sizeBytes()));
      router.submit(write);
    } else {
      relay(insertParts(uuid, times, values, policy), forCaller, () -> {});
    }
    return forCaller;
  }

  private void relay(
      CompletableFuture<Version> outcome, CompletableFuture<Version> to, Runnable afterwards) {
    var unused =
        outcome.whenCompleteAsync(
            (version, failure) -> {
              if (failure == null) {
                to.complete(version);
              } else {
                to.completeExceptionally(failure);
              }
              afterwards.run();
            },
            callbacks);
  }

  Version delete(UUID uuid, long start, long end) {
    return await(uuid, start(uuid, new PendingWrite.Operation.Delete(start, end)).outcome());
  }

  Version flush(UUID uuid) {
    return await(uuid, start(uuid, new PendingWrite.Operation.Flush()).outcome());
  }

  /** One request after the other in order, without waiting in between. */
  private CompletableFuture<Version> insertParts(
      UUID uuid, long[] times, double[] values, MergePolicy policy) {
    List<CompletableFuture<Version>> parts = new ArrayList<>();
    for (int from = 0; from < times.length; from += BtrdbStream.REQUEST_POINTS_MAX) {
      int to = Math.min(times.length, from + BtrdbStream.REQUEST_POINTS_MAX);
      try {
        parts.add(start(uuid, insertOf(times, values, from, to, policy)).outcome());
      } catch (BtrdbException e) {
        parts.add(CompletableFuture.failedFuture(e));
        break;
      }
    }
    CompletableFuture<Version> whole = new CompletableFuture<>();
    var unused =
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .whenComplete((nothing, failure) -> conclude(uuid, parts, whole));
    return whole;
  }

  private static void conclude(
      UUID uuid, List<CompletableFuture<Version>> parts, CompletableFuture<Version> whole) {
    BtrdbException first = null;
    boolean anyApplied = false;
    Version last = null;
    for (CompletableFuture<Version> part : parts) {
      try {
        last = part.getNow(null);
        anyApplied = true;
      } catch (CompletionException e) {
        BtrdbException failure = (BtrdbException) e.getCause();
        first = first == null ? failure : first;
        anyApplied |= failure.fate() == Fate.UNKNOWN;
      }
    }
    if (first == null) {
      whole.complete(last);
    } else {
      whole.completeExceptionally(
          new BtrdbException(
              first.code(),
              anyApplied ? Fate.UNKNOWN : Fate.NOT_APPLIED,
              uuid,
              first.endpoint().orElse(null),
              "one of the insert's " + parts.size() + " requests failed: " + first.getMessage(),
              first));
    }
  }

  /**
   * Compresses points [from, to).
   *
   * @return an operation that owns its bytes
   */
  static PendingWrite.Operation.Insert insertOf(
      long[] times, double[] values, int from, int to, MergePolicy policy) {
    ByteWriter scratch = SCRATCH.get();
    scratch.truncate(0);
    PointsCodec.encode(times, values, from, to, scratch);
    ByteString block = ByteString.copyFrom(scratch.array(), 0, scratch.size());
    return new PendingWrite.Operation.Insert(policy, to - from, block);
  }

  /**
   * Waits for room and sends.
   *
   * @throws BtrdbException 426 when there is no room until the deadline
   */
  PendingWrite start(UUID uuid, PendingWrite.Operation operation) {
    PendingWrite write = admit(uuid, operation);
    int size = write.sizeBytes();
    var unused = write.outcome().whenComplete((version, failure) -> limit.release(size));
    router.submit(write);
    return write;
  }

  private PendingWrite admit(UUID uuid, PendingWrite.Operation operation) {
    if (closed) {
      throw new BtrdbException(
          ErrorCode.CONTEXT_ERROR, Fate.NOT_APPLIED, uuid, null, "the connection is closed");
    }
    long deadline = System.nanoTime() + options.deadline().toNanos();
    PendingWrite write = new PendingWrite(uuid, operation, deadline);
    int size = write.sizeBytes();
    try {
      if (!limit.acquire(size, deadline)) {
        throw new BtrdbException(
            ErrorCode.RESOURCE_DEPLETED,
            Fate.NOT_APPLIED,
            uuid,
            null,
            write.describe()
                + " found no room among the writes under way for "
                + options.deadline().toMillis()
                + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BtrdbException(
          ErrorCode.CONTEXT_ERROR.number(), Fate.NOT_APPLIED, uuid, null, "interrupted", e);
    }
    return write;
  }

  static Version await(UUID uuid, CompletableFuture<Version> outcome) {
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BtrdbException(
          ErrorCode.CONTEXT_ERROR.number(),
          Fate.UNKNOWN,
          uuid,
          null,
          "interrupted while waiting for an outcome",
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BtrdbException failure) {
        throw failure.onThisThread();
      }
      throw new IllegalStateException("a write failed in an unforeseen way", e.getCause());
    }
  }

  private static void checkColumns(long[] times, double[] values) {
    if (times.length != values.length) {
      throw new IllegalArgumentException(
          times.length + " times, but " + values.length + " values: they must be as many");
    }
  }

  /** Takes no more writes and waits for those under way, each of which ends by its deadline. */
  @Override
  public void close() {
    closed = true;
    long end = System.nanoTime() + options.deadline().toNanos();
    try {
      limit.awaitIdle(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
