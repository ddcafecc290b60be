package io.btrdb.client;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
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

  <Q, R> R read(
      UUID uuid,
      String verb,
      MethodDescriptor<Q, R> method,
      Q request,
      Function<R, Reply> replyOf) {
    return read(uuid, verb, method, request, replyOf, link -> {});
  }

  /**
   * @param answered told which node gave the answer that is returned
   */
  <Q, R> R read(
      UUID uuid,
      String verb,
      MethodDescriptor<Q, R> method,
      Q request,
      Function<R, Reply> replyOf,
      Consumer<NodeLink> answered) {
    return call(uuid, verb, method, request, replyOf, Fate.NOT_A_WRITE, code -> false, answered);
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
      Function<R, Reply> replyOf,
      IntPredicate wasOurs) {
    call(uuid, verb, method, request, replyOf, Fate.NOT_APPLIED, wasOurs, link -> {});
  }

  private <Q, R> R call(
      UUID uuid,
      String verb,
      MethodDescriptor<Q, R> method,
      Q request,
      Function<R, Reply> replyOf,
      Fate fateAtFirst,
      IntPredicate wasOurs,
      Consumer<NodeLink> answered) {
    Attempts attempts = new Attempts(core.options().deadline());
    Fate fate = fateAtFirst;
    while (true) {
      NodeLink link = core.cluster().forRead(uuid, attempts.count());
      attempts.begin(link.address());
      BtrdbException failure;
      try (UnaryCall<R> call = new UnaryCall<>(core.cluster(), link)) {
        R response = call.run(method, request, CallOptions.DEFAULT, attempts);
        Reply reply = replyOf.apply(response);
        if (reply.code() == 0 || (fate == Fate.UNKNOWN && wasOurs.test(reply.code()))) {
          answered.accept(link);
          return response;
        }
        failure =
            new BtrdbException(
                reply.code(),
                fate,
                uuid,
                link.address(),
                verb + " failed: " + reply.message(),
                null);
        if (!Failures.mayPass(reply.code())) {
          throw failure;
        }
        if (reply.code() == io.btrdb.api.ErrorCode.CLUSTER_DEGRADED.number()
            && fate == Fate.NOT_APPLIED) {
          fate = Fate.UNKNOWN;
        }
      } catch (io.grpc.StatusRuntimeException e) {
        Status status = e.getStatus();
        if (fate == Fate.NOT_APPLIED && !Failures.neverLeft(status)) {
          fate = Fate.UNKNOWN;
        }
        failure = failure(status, fate, uuid, link, verb + " failed: ", e);
        if (!Failures.mayPass(status) || Thread.currentThread().isInterrupted()) {
          throw failure;
        }
      }
      core.cluster().suspect(link);
      if (!attempts.pause()) {
        throw failure(
            Status.DEADLINE_EXCEEDED.withDescription(failure.getMessage()),
            fate,
            uuid,
            link,
            verb + ": " + attempts.history() + "; the last time: ",
            failure);
      }
    }
  }

  private static BtrdbException failure(
      Status status, Fate fate, UUID uuid, NodeLink link, String prefix, Throwable cause) {
    return new BtrdbException(
        Failures.code(status).number(),
        fate,
        uuid,
        link.address(),
        prefix + Failures.describe(status),
        cause);
  }
}
