package io.btrdb.node.plane;

import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OutcomeFrame;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.api.cluster.WriteRequest;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Passes writes on to one other node over a single Submit stream, which is opened when first needed
 * and again after it broke. Requests that wait share a frame. Thread-safe.
 *
 * <p>When the stream breaks, every request without an outcome fails: its fate is unknown, and
 * whoever sent it repeats it with the same session and sequence.
 */
final class SubmitForwarder {
  private static final int FRAME_BYTES = 1 << 20;
  private static final int OUTSTANDING_MAX = 16_384;

  private final Supplier<DataGrpc.DataStub> stub;
  private final AtomicLong ids = new AtomicLong();
  private final Queue<WriteRequest> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private volatile Connection connection;

  SubmitForwarder(Supplier<DataGrpc.DataStub> stub) {
    this.stub = stub;
  }

  /**
   * Sends a request under an id of this stream's own.
   *
   * @return the outcome; fails with the stream's error when it broke, or with
   *     RejectedExecutionException, before anything was sent, when too many are outstanding
   */
  CompletableFuture<WriteOutcome> send(WriteRequest.Builder request) {
    Connection current = connected();
    if (current.outstanding.size() >= OUTSTANDING_MAX) {
      return CompletableFuture.failedFuture(
          new RejectedExecutionException(OUTSTANDING_MAX + " forwarded writes are outstanding"));
    }
    long id = ids.incrementAndGet();
    CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
    current.outstanding.put(id, outcome);
    if (current.broken != null) {
      current.fail(current.broken);
      return outcome;
    }
    queue.add(request.setId(id).setForwarded(true).build());
    if (queued.getAndIncrement() == 0) {
      drain();
    }
    return outcome;
  }

  /**
   * One thread at a time gets here: whoever found the queue empty sends for all who come meanwhile.
   */
  private void drain() {
    int missed = queued.get();
    do {
      SubmitFrame.Builder frame = SubmitFrame.newBuilder();
      int bytes = 0;
      for (WriteRequest next = queue.poll(); next != null; next = queue.poll()) {
        frame.addRequests(next);
        bytes += next.getSerializedSize();
        if (bytes >= FRAME_BYTES) {
          connection.send(frame.build());
          frame = SubmitFrame.newBuilder();
          bytes = 0;
        }
      }
      if (bytes > 0) {
        connection.send(frame.build());
      }
      missed = queued.addAndGet(-missed);
    } while (missed != 0);
  }

  private Connection connected() {
    Connection current = connection;
    if (current != null && current.broken == null) {
      return current;
    }
    synchronized (this) {
      if (connection == null || connection.broken != null) {
        Connection fresh = new Connection();
        fresh.requests = stub.get().submit(fresh);
        connection = fresh;
      }
      return connection;
    }
  }

  private static final class Connection implements StreamObserver<OutcomeFrame> {
    private final Map<Long, CompletableFuture<WriteOutcome>> outstanding =
        new ConcurrentHashMap<>();
    private StreamObserver<SubmitFrame> requests;
    private volatile Throwable broken;

    /**
     * Called by one thread at a time; a request that belongs to an older stream fails over there.
     */
    void send(SubmitFrame frame) {
      if (broken == null) {
        requests.onNext(frame);
      }
    }

    @Override
    public void onNext(OutcomeFrame frame) {
      for (WriteOutcome outcome : frame.getOutcomesList()) {
        CompletableFuture<WriteOutcome> waiting = outstanding.remove(outcome.getId());
        if (waiting != null) {
          waiting.complete(outcome);
        }
      }
    }

    @Override
    public void onError(Throwable failure) {
      fail(failure);
    }

    @Override
    public void onCompleted() {
      fail(new IllegalStateException("the other node closed the stream"));
    }

    void fail(Throwable failure) {
      broken = failure;
      for (Long id : outstanding.keySet()) {
        CompletableFuture<WriteOutcome> waiting = outstanding.remove(id);
        if (waiting != null) {
          waiting.completeExceptionally(failure);
        }
      }
    }
  }
}
