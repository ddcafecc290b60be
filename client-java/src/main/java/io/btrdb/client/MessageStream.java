package io.btrdb.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The messages of one server-streaming call. It is the executor of its own call: messages are
 * parsed and handed over on the reader's thread, so that there is no hop between threads and the
 * state here needs no lock. At most {@link #PREFETCH} messages wait; the server is held back by
 * flow control.
 */
final class MessageStream<T> extends ClientCall.Listener<T> implements Executor {
  static final int PREFETCH = 3;

  /** Bounded in effect: gRPC adds a task a message, and there are never more than asked for. */
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  private final ArrayDeque<T> messages = new ArrayDeque<>();
  private ClientCall<?, T> call;
  private Status closed;

  /** Starts a server-streaming call that sends one request. */
  static <Q, T> ClientCall<Q, T> start(
      ClientCall<Q, T> call, ClientCall.Listener<T> listener, Metadata headers, Q request) {
    call.start(listener, headers);
    call.request(PREFETCH);
    call.sendMessage(request);
    call.halfClose();
    return call;
  }

  void attach(ClientCall<?, T> started) {
    call = started;
  }

  @Override
  public void execute(Runnable task) {
    if (!tasks.offer(task)) {
      throw new RejectedExecutionException("the reader's queue is full");
    }
  }

  /**
   * Waits for the next message; null when there is none yet after this long, or when the call has
   * ended, which {@link #closed} tells.
   */
  T next(long timeoutNanos) throws InterruptedException {
    long end = System.nanoTime() + timeoutNanos;
    while (messages.isEmpty() && closed == null) {
      Runnable task = tasks.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (task == null) {
        return null;
      }
      task.run();
    }
    T message = messages.poll();
    if (message != null) {
      call.request(1);
    }
    return message;
  }

  /** How the call ended, or null while it goes on. */
  Status closed() {
    return messages.isEmpty() ? closed : null;
  }

  void cancel() {
    call.cancel("the reader has closed its cursor", null);
  }

  @Override
  public void onMessage(T message) {
    messages.add(message);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    closed = status;
  }
}
