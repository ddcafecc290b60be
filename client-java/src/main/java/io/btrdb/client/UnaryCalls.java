package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Calls with one answer, repeated at other nodes until the deadline while that can help. Runs on
 * the caller's thread.
 */
final class UnaryCalls {
  /** An application's answer: code 0 is success. */
  record Reply(int code, String message) {
    static final Reply OK = new Reply(0, "");

    static Reply of(io.btrdb.api.v5.Status status) {
      return new Reply(status.getCode(), status.getMsg());
    }
  }

  private final ClientCore core;

  UnaryCalls(ClientCore core) {
    this.core = core;
  }

  /**
   * What to call.
   *
   * @param uuid of the stream, null when it is about none
   * @param at what is read; the latest when nothing is, or what has no versions
   * @param verb for messages
   */
  record Question<Q, R>(
      UUID uuid,
      ReadAt at,
      String verb,
      MethodDescriptor<Q, R> method,
      Q request,
      Function<R, Reply> reply) {}

  <Q, R> R read(
      UUID uuid, String verb, MethodDescriptor<Q, R> method, Q request, Function<R, Reply> reply) {
    return read(new Question<>(uuid, ReadAt.LATEST, verb, method, request, reply), link -> {});
  }

  /**
   * @param answered told which node gave the answer that is returned
   */
  <Q, R> R read(Question<Q, R> question, Consumer<NodeLink> answered) {
    return new Asking<>(question, Fate.NOT_A_WRITE, code -> false).ask(answered);
  }

  /**
   * A call that changes something.
   *
   * @param wasOurs asked about the error that a repetition met: whether it shows that an earlier
   *     try of this call, whose answer was lost, has done the work
   */
  <Q, R> void change(
      UUID uuid,
      String verb,
      MethodDescriptor<Q, R> method,
      Q request,
      Function<R, Reply> reply,
      IntPredicate wasOurs) {
    Question<Q, R> question = new Question<>(uuid, ReadAt.LATEST, verb, method, request, reply);
    new Asking<>(question, Fate.NOT_APPLIED, wasOurs).ask(link -> {});
  }

  /** One call over all its tries. */
  private final class Asking<Q, R> {
    private final Question<Q, R> question;
    private final IntPredicate wasOurs;
    private final Attempts attempts = new Attempts(core.options().deadline());
    private Fate fate;
    private NodeLink link;

    Asking(Question<Q, R> question, Fate fate, IntPredicate wasOurs) {
      this.question = question;
      this.fate = fate;
      this.wasOurs = wasOurs;
    }

    R ask(Consumer<NodeLink> answered) {
      while (true) {
        link = core.cluster().forRead(question.uuid(), question.at().isForAnyReplica(), attempts);
        attempts.begin(link.address());
        BtrdbException failure;
        try (UnaryCall<R> call = new UnaryCall<>(core.cluster(), link)) {
          R response =
              call.run(question.method(), question.at().headers(), question.request(), attempts);
          Reply reply = question.reply().apply(response);
          if (reply.code() == 0 || (fate == Fate.UNKNOWN && wasOurs.test(reply.code()))) {
            answered.accept(link);
            return response;
          }
          failure = refused(reply);
        } catch (StatusRuntimeException e) {
          failure = unanswered(e);
        }
        core.cluster().suspect(link);
        if (!attempts.pause()) {
          throw failure(
              Status.DEADLINE_EXCEEDED.withDescription(failure.getMessage()),
              ": " + attempts.history() + "; the last time: ",
              failure);
        }
      }
    }

    /** The error to report if there is no time for another try; throws when none can help. */
    private BtrdbException refused(Reply reply) {
      boolean inDoubt = reply.code() == ErrorCode.CLUSTER_DEGRADED.number();
      if (inDoubt && fate == Fate.NOT_APPLIED) {
        fate = Fate.UNKNOWN;
      }
      BtrdbException refusal =
          new BtrdbException(
              reply.code(),
              fate,
              question.uuid(),
              link.address(),
              question.verb() + " failed: " + reply.message(),
              null);
      boolean mayPass =
          fate == Fate.NOT_A_WRITE
              ? Failures.readMayPass(reply.code())
              : Failures.mayPass(reply.code());
      if (!mayPass) {
        throw refusal;
      }
      return refusal;
    }

    private BtrdbException unanswered(StatusRuntimeException e) {
      Status status = e.getStatus();
      if (fate == Fate.NOT_APPLIED && !Failures.neverLeft(status)) {
        fate = Fate.UNKNOWN;
      }
      BtrdbException failure = failure(status, " failed: ", e);
      if (!Failures.mayPass(status) || Thread.currentThread().isInterrupted()) {
        throw failure;
      }
      return failure;
    }

    private BtrdbException failure(Status status, String text, Throwable cause) {
      return new BtrdbException(
          Failures.code(status).number(),
          fate,
          question.uuid(),
          link.address(),
          question.verb() + text + Failures.describe(status),
          cause);
    }
  }
}
