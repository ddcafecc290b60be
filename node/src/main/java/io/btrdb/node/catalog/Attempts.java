package io.btrdb.node.catalog;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.api.cluster.CatalogResponse;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One call on its way to the catalog's leader, through as many tries as it takes until the
 * deadline. Changes carry a request id, so that a try after one of unknown fate is safe.
 */
final class Attempts<T> {
  private static final long PAUSE_MIN_MILLIS = 10;
  private static final long PAUSE_MAX_MILLIS = 160;

  /** The other node needs its patience to end a little before ours, to tell us why it failed. */
  private static final long RETURN_MILLIS = 20;

  private final CatalogCall<T> call;
  private final Supplier<Optional<CatalogLeader>> here;
  private final CatalogPeers peers;
  private final Executor work;
  private final long deadlineNanos;
  private final CompletableFuture<Reply<T>> result = new CompletableFuture<>();

  /** A try is out there. */
  private volatile boolean underway;

  /** A try that came to nothing may have been done all the same. */
  private volatile boolean unknown;

  private volatile String problem = "the catalog has no leader";

  /** Tries follow one another, so that this needs no guard of its own. */
  private long pauseMillis = PAUSE_MIN_MILLIS;

  Attempts(
      CatalogCall<T> call,
      Supplier<Optional<CatalogLeader>> here,
      CatalogPeers peers,
      Executor work,
      long deadlineNanos) {
    this.call = call;
    this.here = here;
    this.peers = peers;
    this.work = work;
    this.deadlineNanos = deadlineNanos;
  }

  /** Called once. The future completes by the deadline, never exceptionally. */
  CompletableFuture<Reply<T>> run() {
    CompletableFuture<Reply<T>> answer =
        result
            .orTimeout(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS)
            .exceptionally(timeout -> expired());
    next();
    return answer;
  }

  private Reply<T> expired() {
    return new Reply.Failed<>(
        ErrorCode.CLUSTER_DEGRADED,
        "the catalog did not answer within the deadline: " + problem,
        !call.isQuery() && (unknown || underway));
  }

  private void next() {
    if (result.isDone()) {
      return;
    }
    attempt().exceptionally(failure -> Failures.attempt(failure, true)).thenAccept(this::settle);
  }

  private CompletableFuture<Attempt<T>> attempt() {
    try {
      Optional<CatalogLeader> leader = here.get();
      if (leader.isPresent()) {
        underway = true;
        problem = "no majority has confirmed it yet";
        return leader.get().run(call, deadlineNanos);
      }
      Optional<String> node = peers.leader();
      return node.isPresent()
          ? ask(node.get())
          : CompletableFuture.completedFuture(
              new Attempt.Elsewhere<>("the catalog has no leader", false));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Attempt<T>> ask(String node) {
    underway = true;
    problem = "node " + node + " has not answered yet";
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    CatalogRequest request = call.request(Math.max(1, leftMillis - RETURN_MILLIS));
    CompletableFuture<CatalogResponse> response =
        call.isQuery()
            ? peers.read(node, request, leftMillis)
            : peers.submit(node, request, leftMillis);
    return response.handle(
        (answer, failure) ->
            failure == null
                ? attempt(node, answer)
                : new Attempt.Elsewhere<>("node " + node + " did not answer: " + failure, true));
  }

  private Attempt<T> attempt(String node, CatalogResponse response) {
    ErrorCode code = response.getCode() == 0 ? null : Failures.code(response.getCode());
    if (code == null) {
      return Attempt.ok(call.decodeAnswer(response.getReply()));
    }
    return code == ErrorCode.WRONG_ENDPOINT
        ? new Attempt.Elsewhere<>(
            "node " + node + ": " + response.getMessage(), response.getUnknown())
        : Attempt.failed(code, response.getMessage(), response.getUnknown());
  }

  private void settle(Attempt<T> attempt) {
    switch (attempt) {
      case Attempt.Answered<T> answered -> result.complete(withFate(answered.reply()));
      case Attempt.Elsewhere<T> elsewhere -> {
        unknown = unknown || elsewhere.unknown();
        underway = false;
        problem = elsewhere.why();
        long millis = pauseMillis;
        pauseMillis = Math.min(PAUSE_MAX_MILLIS, 2 * pauseMillis);
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run)
            .execute(this::again);
      }
    }
  }

  private void again() {
    if (!result.isDone()) {
      CompletableFuture.runAsync(this::next, work)
          .exceptionally(
              failure -> {
                settle(Failures.attempt(failure, unknown));
                return null;
              });
    }
  }

  /**
   * A query changes nothing; a refused change may have been done by a try whose fate is unknown.
   */
  private Reply<T> withFate(Reply<T> reply) {
    return switch (reply) {
      case Reply.Ok<T> ok -> ok;
      case Reply.Failed<T> failed ->
          new Reply.Failed<>(
              failed.code(), failed.message(), !call.isQuery() && (unknown || failed.unknown()));
    };
  }
}
