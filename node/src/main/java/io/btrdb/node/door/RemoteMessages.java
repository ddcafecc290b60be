package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.node.door.ReadPlaces.Opening;
import io.grpc.Status;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Another node's answer about one of several streams, as parsed messages. Used by one thread at a
 * time; {@link #cancel} by any.
 */
final class RemoteMessages<M> {
  /** How messages are read. */
  interface Form<M> {
    M parse(byte[] bytes) throws IOException;

    /** Why the other node refuses, if it does. */
    Optional<Refusal> refusal(M message);
  }

  private final RemoteAnswer answer;
  private final Form<M> form;
  private final M first;
  private boolean begun;

  private RemoteMessages(RemoteAnswer answer, Form<M> form, M first) {
    this.answer = answer;
    this.form = form;
    this.first = first;
  }

  /** A request whose messages are read in a form and become a source of whatever they carry. */
  static <M, T> ReadPlaces.RemoteOpening<T> opening(
      RemoteAnswer.Request request, Form<M> form, Function<RemoteMessages<M>, T> source) {
    return new ReadPlaces.RemoteOpening<>() {
      @Override
      public RemoteAnswer.Request request() {
        return request;
      }

      @Override
      public Opening<T> begin(RemoteAnswer answer) {
        return open(answer, form, source);
      }
    };
  }

  private static <M, T> Opening<T> open(
      RemoteAnswer answer, Form<M> form, Function<RemoteMessages<M>, T> source) {
    return switch (take(answer)) {
      case RemoteAnswer.Event.Closed closed ->
          closed.status().getCode() == Status.Code.UNAVAILABLE
              ? new Opening.WrongPlace<>()
              : new Opening.Failed<>(ended(closed.status()));
      case RemoteAnswer.Event.Message message -> {
        M first = parse(form, message.bytes());
        Optional<Refusal> refusal = form.refusal(first);
        if (refusal.isEmpty()) {
          yield new Opening.Opened<>(source.apply(new RemoteMessages<>(answer, form, first)));
        }
        answer.cancel("refused");
        yield refusal.get().code() == ErrorCode.WRONG_ENDPOINT
            ? new Opening.WrongPlace<>()
            : new Opening.Failed<>(refusal.get());
      }
    };
  }

  /** The first message, which carries the version; {@link #next} gives it again. */
  M first() {
    return first;
  }

  /**
   * The next message; null at the end.
   *
   * @throws SourceLostException when the other node went away
   */
  M next() {
    M message = begun ? later() : first;
    begun = true;
    if (message != null) {
      // Only now: a message that waits here has not been taken.
      answer.taken();
    }
    return message;
  }

  private M later() {
    return switch (take(answer)) {
      case RemoteAnswer.Event.Message message -> {
        M more = parse(form, message.bytes());
        Optional<Refusal> refusal = form.refusal(more);
        if (refusal.isPresent()) {
          throw new SourceLostException(refusal.get());
        }
        yield more;
      }
      case RemoteAnswer.Event.Closed closed -> {
        if (!closed.status().isOk()) {
          throw new SourceLostException(ended(closed.status()));
        }
        yield null;
      }
    };
  }

  void cancel() {
    answer.cancel("no more is wanted");
  }

  private static Refusal ended(Status status) {
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED, CANCELLED ->
          new Refusal(ErrorCode.CONTEXT_ERROR, "not finished when the deadline passed");
      default ->
          Refusal.of(
              ErrorCode.CLUSTER_DEGRADED,
              "the node that has one of the streams went away in the middle of its answer (%s):"
                  + " ask again",
              status.getCode());
    };
  }

  private static RemoteAnswer.Event take(RemoteAnswer answer) {
    try {
      return answer.next();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.cancel("this node is stopping");
      throw new SourceLostException(
          new Refusal(ErrorCode.CLUSTER_DEGRADED, "this node is stopping: ask another one"));
    }
  }

  private static <M> M parse(Form<M> form, byte[] bytes) {
    try {
      return form.parse(bytes);
    } catch (IOException e) {
      throw new IllegalStateException("another node answered with a malformed message", e);
    }
  }
}
