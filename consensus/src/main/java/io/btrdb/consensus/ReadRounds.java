package io.btrdb.consensus;

import io.btrdb.consensus.ConsensusException.Applied;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftClientReply;

/**
 * Linearizable reads. Callers who come while a round of messages is under way share the next round:
 * the one under way took its index before they asked.
 */
final class ReadRounds {
  private final RatisGroup group;
  private final LeadershipGate gate;
  private final Duration timeout;
  private final ScheduledExecutorService timer;
  private final Executor threads;

  /** Guards the two rounds. */
  private final Object lock = new Object();

  private CompletableFuture<Void> running;
  private CompletableFuture<Void> next;

  ReadRounds(
      RatisGroup group,
      LeadershipGate gate,
      Duration timeout,
      ScheduledExecutorService timer,
      Executor threads) {
    this.group = group;
    this.gate = gate;
    this.timeout = timeout;
    this.timer = timer;
    this.threads = threads;
  }

  CompletableFuture<Void> linearize() {
    CompletableFuture<Long> opened = gate.opened();
    if (opened.isDone()) {
      return opened.thenCompose(term -> join());
    }
    CompletableFuture<Void> answer = opened.copy().thenComposeAsync(term -> join(), threads);
    return withDeadline(answer);
  }

  private CompletableFuture<Void> join() {
    CompletableFuture<Void> round;
    synchronized (lock) {
      if (running != null) {
        if (next == null) {
          next = new CompletableFuture<>();
        }
        return next.copy();
      }
      running = new CompletableFuture<>();
      round = running;
    }
    run(round);
    return round.copy();
  }

  private void run(CompletableFuture<Void> round) {
    CompletableFuture<Long> opened = gate.opened();
    if (!opened.isDone() || opened.isCompletedExceptionally()) {
      finish(round, ConsensusException.notLeader(gate.leader()));
      return;
    }
    long term = opened.join();
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = group.submit(group.readRequest());
    } catch (IOException | RuntimeException e) {
      finish(round, unavailable(e));
      return;
    }
    if (reply.isDone()) {
      reply.whenComplete((answer, error) -> answered(round, term, answer, error));
    } else {
      withDeadline(round);
      reply.whenCompleteAsync((answer, error) -> answered(round, term, answer, error), threads);
    }
  }

  private void answered(
      CompletableFuture<Void> round, long term, RaftClientReply answer, Throwable error) {
    // Ratis answers on a follower too, by asking the new leader, which may still have to be silent.
    if (!gate.ready(term)) {
      finish(round, ConsensusException.notLeader(gate.leader()));
    } else if (error != null) {
      finish(round, unavailable(RatisGroup.unwrap(error)));
    } else if (!answer.isSuccess()) {
      finish(round, unavailable(answer.getException()));
    } else {
      finish(round, null);
    }
  }

  private void finish(CompletableFuture<Void> round, ConsensusException error) {
    CompletableFuture<Void> following;
    synchronized (lock) {
      running = next;
      next = null;
      following = running;
    }
    if (following != null) {
      threads.execute(() -> run(following));
    }
    if (error == null) {
      round.complete(null);
    } else {
      round.completeExceptionally(error);
    }
  }

  private CompletableFuture<Void> withDeadline(CompletableFuture<Void> answer) {
    Future<?> deadline =
        timer.schedule(
            () ->
                threads.execute(
                    () ->
                        answer.completeExceptionally(
                            ConsensusException.unavailable(
                                Applied.NO, "no majority within " + timeout))),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    return answer.whenComplete((nothing, error) -> deadline.cancel(false));
  }

  private static ConsensusException unavailable(Throwable cause) {
    ConsensusException e =
        ConsensusException.unavailable(Applied.NO, "leadership could not be confirmed");
    e.initCause(cause);
    return e;
  }
}
