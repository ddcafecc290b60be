package io.btrdb.node.door;

import com.google.protobuf.MessageLite;
import io.btrdb.api.ErrorCode;
import io.btrdb.node.security.Caller;
import io.btrdb.node.security.Denial;
import io.btrdb.node.security.Guard;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One call with one request, from its arrival to its one end.
 *
 * <p>Threads: at most one thread answers at a time; {@link #cancel} and {@link #receiverMoved} come
 * from the network at any time.
 */
final class Exchange {
  /** Set on a request that another node has passed on; it is never passed on again. */
  static final Metadata.Key<String> FORWARDED =
      Metadata.Key.of("btrdb-forwarded", Metadata.ASCII_STRING_MARSHALLER);

  /** Set by a client that would rather hear 405 with the map than be forwarded. */
  static final Metadata.Key<String> NO_FORWARD =
      Metadata.Key.of("btrdb-no-forward", Metadata.ASCII_STRING_MARSHALLER);

  /** Nodes of a tree that are read between two looks at the clock and at whether others wait. */
  private static final int STEPS_A_TURN = 64;

  private static final long FAREWELL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ServerCall<?, byte[]> call;
  private final ReplyForm form;
  private final Failures failures;
  private final DoorMetrics.Method metrics;
  private final Caller caller;
  private final String account;
  private final Patience patience;
  private final boolean mayForward;
  private final String maxStaleness;
  private final long startNanos = System.nanoTime();
  private final long deadlineNanos;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();

  private Consumer<String> noting = outcome -> {};
  private Runnable onEnd = () -> {};
  private Runnable onCancel = () -> {};
  private volatile boolean cancelled;
  private volatile UUID stream;
  private FairTurns.Turn turn = FairTurns.Turn.NONE;
  private int steps;
  private boolean headersSent;
  private int code;

  Exchange(
      ServerCall<?, byte[]> call,
      Metadata headers,
      Caller caller,
      ReplyForm form,
      Failures failures,
      DoorMetrics.Method metrics,
      Patience patience) {
    this.call = call;
    this.caller = caller;
    this.account = Accounts.of(call, headers, caller);
    this.patience = patience;
    this.form = form;
    this.failures = failures;
    this.metrics = metrics;
    this.mayForward = mayForward(headers);
    this.maxStaleness = headers.get(Staleness.HEADER);
    this.deadlineNanos = startNanos + Math.min(patience.callNanos(), clientNanos());
  }

  /** Whether a request with these headers may go on to another node. */
  static boolean mayForward(Metadata headers) {
    return !isSet(headers, FORWARDED) && !isSet(headers, NO_FORWARD);
  }

  private static boolean isSet(Metadata headers, Metadata.Key<String> key) {
    return "1".equals(headers.get(key));
  }

  private static long clientNanos() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
  }

  /** Who asks, with the rights it came with. */
  Caller caller() {
    return caller;
  }

  /** Whether the caller talks TLS. */
  boolean isEncrypted() {
    return isEncrypted(call);
  }

  static boolean isEncrypted(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION) != null;
  }

  /** On whose account it goes, see {@link Accounts}. */
  String account() {
    return account;
  }

  /** Whether the request may go on to another node. */
  boolean mayForward() {
    return mayForward;
  }

  /** The header of {@link Staleness} as it came, null when it did not. */
  String maxStaleness() {
    return maxStaleness;
  }

  /** {@link System#nanoTime} when nobody waits any more. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  /**
   * {@link System#nanoTime} up to which this call may wait for a write, or for a place to read
   * from. A little before the call's deadline, so that the caller hears why and not only that.
   */
  long patienceNanos() {
    long now = System.nanoTime();
    long left = deadlineNanos - now;
    long farewell = Math.min(left / 10, FAREWELL_NANOS);
    return now + Math.min(left - farewell, Limits.PATIENCE_NANOS);
  }

  /** The place at which this call works; given up while it waits for its receiver. */
  void holds(FairTurns.Turn place) {
    turn = place;
  }

  /**
   * Between two steps of work that nothing is sent in: others get their turn.
   *
   * @throws ExchangeOverException when nobody waits for the work any more
   */
  void step() {
    boolean full = ++steps % STEPS_A_TURN == 0;
    if (cancelled || (full && isOver())) {
      throw new ExchangeOverException();
    }
    if (full) {
      turn.giveWay();
    }
  }

  /** Names the stream in what is logged if the call fails. */
  void about(UUID uuid) {
    stream = uuid;
  }

  /** Told how the call ended. Set before the request is served. */
  void noting(Consumer<String> audit) {
    noting = audit;
  }

  /** The stream it is about, as far as known. */
  Optional<UUID> subject() {
    return Optional.ofNullable(stream);
  }

  /** Runs when the call has ended, once. Set before the request is served. */
  void onEnd(Runnable action) {
    onEnd = action;
  }

  /** Runs when the client goes away, at once if it has; replaces what was set before. */
  void onCancel(Runnable action) {
    lock.lock();
    try {
      onCancel = action;
      if (!cancelled) {
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** The client is gone. */
  void cancel() {
    Runnable action;
    lock.lock();
    try {
      cancelled = true;
      action = onCancel;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /** The network has sent on what it had, or part of it. */
  void receiverMoved() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the receiver can take a message. False when it is gone, its key is, or the deadline
   * has passed: then the answer ends with {@link #expire}. Not for network threads.
   */
  boolean awaitReceiver() {
    if (!caller.stands()) {
      reject(Guard.keyGone());
      return false;
    }
    if (call.isReady() && !isOver()) {
      turn.giveWay();
      return true;
    }
    // A receiver that is slow, or stuck, keeps nobody else from running.
    turn.leave();
    try {
      return untilReady();
    } finally {
      turn.retake();
    }
  }

  /** Something to wait for. */
  interface Waiting<T> {
    T get() throws InterruptedException;
  }

  /**
   * Waits with the place given up: what this call waits for may need one of another node, whose
   * calls wait for this one's.
   */
  <T> T idle(Waiting<T> waiting) throws InterruptedException {
    turn.leave();
    try {
      return waiting.get();
    } finally {
      turn.retake();
    }
  }

  private boolean untilReady() {
    long stuck = System.nanoTime() + patience.receiverNanos();
    long until = stuck - deadlineNanos < 0 ? stuck : deadlineNanos;
    lock.lock();
    try {
      while (!call.isReady() && !isOver() && System.nanoTime() - until < 0) {
        moved.awaitNanos(until - System.nanoTime());
      }
      return call.isReady() && !isOver();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    return cancelled || System.nanoTime() - deadlineNanos >= 0;
  }

  /**
   * Waits for a value until the deadline, with the place given up. When there is none the call has
   * ended. Not for network threads.
   */
  <T> Optional<T> await(CompletableFuture<T> future) {
    boolean waits = !future.isDone();
    if (waits) {
      turn.leave();
    }
    try {
      return Optional.of(future.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      expire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      expire();
    } catch (ExecutionException e) {
      crash(e);
    } finally {
      if (waits) {
        turn.retake();
      }
    }
    return Optional.empty();
  }

  /** Goes on with the value when it is there; what {@code next} throws ends the call. */
  <T> void whenDone(CompletableFuture<T> future, Consumer<T> next) {
    var unused =
        future.whenComplete(
            (value, thrown) -> {
              if (thrown != null) {
                crash(thrown);
                return;
              }
              try {
                next.accept(value);
              } catch (RuntimeException e) {
                crash(e);
              }
            });
  }

  /** Sends one message of the answer. The array may be used again afterwards. */
  void send(byte[] message) {
    if (cancelled || ended.get()) {
      return;
    }
    if (!headersSent) {
      call.sendHeaders(new Metadata());
      headersSent = true;
    }
    call.sendMessage(message);
    metrics.sent(message.length);
  }

  void send(MessageLite message) {
    send(message.toByteArray());
  }

  /** Passes on a message of another node. */
  void relay(byte[] message) {
    code = form.code(message);
    send(message);
  }

  /** The error code in a message of another node, 0 when it is none. */
  int codeOf(byte[] message) {
    return form.code(message);
  }

  /** The answer is complete. */
  void finish() {
    end(Status.OK);
  }

  /** The one message of a successful answer. */
  void answer(MessageLite message) {
    send(message);
    finish();
  }

  /** Ends with an error of the contract. */
  void refuse(Refusal refusal) {
    code = refusal.code().number();
    byte[] message = form.refusal(refusal, isEncrypted());
    if (message == null) {
      end(Status.UNAVAILABLE.withDescription(code + ": " + refusal.message()));
      return;
    }
    send(message);
    finish();
  }

  void refuse(ErrorCode errorCode, String message) {
    refuse(new Refusal(errorCode, message));
  }

  /** Ends because time is up; to a client that is gone nothing is said. */
  void expire() {
    if (cancelled) {
      finish();
      return;
    }
    refuse(
        Refusal.of(
            ErrorCode.CONTEXT_ERROR,
            "not finished after %d ms, when the deadline passed",
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos)));
  }

  /** Ends because of an exception. */
  void crash(Throwable thrown) {
    refuse(failures.explain(call.getMethodDescriptor().getBareMethodName(), stream, thrown));
  }

  /** Ends because the caller may not have it. */
  void deny(Denial denial) {
    switch (denial) {
      case Denial.Forbidden forbidden -> reject(forbidden.status());
      case Denial.Failed failed -> refuse(failed.code(), failed.message());
    }
  }

  /** Ends with a status of gRPC's, for requests that are none of the contract's. */
  void reject(Status status) {
    end(status);
  }

  private void end(Status status) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!cancelled) {
        call.close(status, new Metadata());
      }
    } finally {
      metrics.ended(outcome(status), System.nanoTime() - startNanos);
      noting.accept(outcome(status));
      onEnd.run();
    }
  }

  private String outcome(Status status) {
    if (cancelled) {
      return Status.Code.CANCELLED.name();
    }
    return status.isOk() ? Integer.toString(code) : status.getCode().name();
  }
}
