package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.UUID;

/**
 * One streamed answer over as many calls as it takes: begun again at another node until a message
 * has been handed out, and after that resumed where it stopped if the version it reads is sealed. A
 * first message that could not be resumed after is held back until the next one, or the end, has
 * arrived, so that an answer of one message, as most are, never breaks off. Belongs to one thread
 * at a time.
 */
final class ResumingRead<T> implements AutoCloseable {
  /** How long a node may say nothing before it is asked whether it still lives. */
  private static final long QUIET_NANOS = 400_000_000L;

  /** What a message says besides its content; code 0 is success. */
  record Header(int code, String text, Version version) {}

  /** What to ask, and how to understand the answers. */
  interface Plan<T> {
    /** Starts a call for whatever has not been delivered yet. */
    ClientCall<?, T> start(
        ReadAt at, Channel channel, CallOptions options, ClientCall.Listener<T> listener);

    Header header(T message);

    /** Whether the rest can be asked for after a break in the middle. */
    default boolean canResume() {
      return true;
    }
  }

  private final ClientCore core;
  private final UUID uuid;
  private final String verb;
  private final Plan<T> plan;
  private final Attempts attempts;
  private ReadAt at;
  private MessageStream<T> stream;
  private NodeLink link;
  private ManagedChannel channel;
  private Version version;

  /** Calls begun so far. */
  private int calls;

  /** The message after the one that was handed out last; null when it is not here yet. */
  private T ahead;

  /** A message has been handed out, and what follows must continue it. */
  private boolean delivered;

  private boolean finished;

  /**
   * @param uuid of the stream; null when it is about none, and the catalog answers
   */
  ResumingRead(ClientCore core, UUID uuid, String verb, ReadAt at, Plan<T> plan) {
    this.core = core;
    this.uuid = uuid;
    this.verb = verb;
    this.at = at;
    this.plan = plan;
    this.attempts = new Attempts(core.options().deadline());
  }

  /** The next message, which carries no error; null at the end. */
  T next() {
    T message = ahead;
    ahead = null;
    if (message != null || finished) {
      return message;
    }
    attempts.restart();
    message = receive();
    while (message != null && !delivered && !isResumable()) {
      int call = calls;
      T following = receive();
      if (calls == call) {
        ahead = following;
        break;
      }
      message = following;
    }
    delivered = true;
    return message;
  }

  /** The next message of this call, or the first of another one that had to be begun instead. */
  private T receive() {
    while (true) {
      if (stream == null) {
        open();
      }
      T message = await();
      if (message == null) {
        Status status = stream.closed();
        endCall();
        if (status.isOk()) {
          finished = true;
          return null;
        }
        retryOrThrow(status, failure(status, status.getCause()));
      } else if (accepts(plan.header(message))) {
        return message;
      }
    }
  }

  /** False when the message was a refusal after which the read goes on elsewhere. */
  private boolean accepts(Header header) {
    if (header.code() != 0) {
      endCall();
      refused(header.code(), header.text());
      return false;
    }
    link.heard();
    if (version == null) {
      version = header.version();
      if (plan.canResume() && at.isLatest() && version.minor() == 0) {
        at = ReadAt.version(version.major());
      }
    }
    return true;
  }

  private void open() {
    calls++;
    if (!delivered) {
      version = null;
    }
    link = core.cluster().forRead(uuid, at.isForAnyReplica(), attempts);
    attempts.begin(link.address());
    link.readBegins();
    channel = link.readChannels().borrow();
    stream = new MessageStream<>();
    stream.attach(plan.start(at, channel, CallOptions.DEFAULT.withExecutor(stream), stream));
  }

  /** Null when the call has ended; a call that outlives the deadline is ended here. */
  private T await() {
    try {
      while (true) {
        T message = stream.next(Math.min(QUIET_NANOS, attempts.remainingNanos()));
        if (message != null || stream.closed() != null) {
          return message;
        }
        if (attempts.isOver()) {
          close();
          throw failure(Status.DEADLINE_EXCEEDED.withDescription("no answer"), null);
        }
        core.cluster().suspect(link);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw failure(Status.CANCELLED.withDescription("interrupted"), e);
    }
  }

  private void refused(int code, String text) {
    BtrdbException refusal =
        new BtrdbException(
            code, Fate.NOT_A_WRITE, uuid, link.address(), verb + " failed: " + text, null);
    if (!Failures.readMayPass(code) || !canGoOn()) {
      finished = true;
      throw refusal;
    }
    pauseOrThrow(refusal);
  }

  private void retryOrThrow(Status status, BtrdbException failure) {
    if (!Failures.mayPass(status) || !canGoOn()) {
      finished = true;
      throw failure;
    }
    pauseOrThrow(failure);
  }

  private void pauseOrThrow(BtrdbException failure) {
    core.cluster().suspect(link);
    if (!attempts.pause()) {
      finished = true;
      throw failure(
          Status.DEADLINE_EXCEEDED.withDescription(
              attempts.history() + ": " + failure.getMessage()),
          failure);
    }
  }

  private boolean canGoOn() {
    return !delivered || isResumable();
  }

  private boolean isResumable() {
    return plan.canResume() && !at.isLatest();
  }

  BtrdbException failure(Status status, Throwable cause) {
    String text = verb + " failed: " + Failures.describe(status);
    if (!canGoOn() && Failures.mayPass(status)) {
      text +=
          "; it read the latest version "
              + version
              + ", which holds unsealed points and cannot be resumed exactly: read again, or"
              + " flush() and read at() the version it returns";
    }
    ErrorCode code = Failures.code(status);
    return new BtrdbException(
        code.number(), Fate.NOT_A_WRITE, uuid, link == null ? null : link.address(), text, cause);
  }

  Version version() {
    if (version == null) {
      throw new IllegalStateException("the version is known after the first next()");
    }
    return version;
  }

  @Override
  public void close() {
    finished = true;
    ahead = null;
    if (stream != null) {
      endCall();
    }
  }

  private void endCall() {
    stream.cancel();
    stream = null;
    link.readChannels().giveBack(channel);
    link.readEnds();
  }
}
