package io.btrdb.node.plane;

import io.btrdb.consensus.GroupId;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Proves how old the state of this node's replicas is at most.
 *
 * <p>A proof is a pair (asked, index): the group's leader was asked for a read index at {@code
 * asked}, on this node's own monotonic clock, and named {@code index} after it had made sure that
 * it still leads. Whatever was acknowledged before {@code asked} lies at or below {@code index}, so
 * a replica that has applied {@code index} lacks nothing that is older than the proof. No clock is
 * compared with another one, and time during which either node stood still only makes the proof
 * older.
 *
 * <p>Proofs are fetched when reads want them: at once when there is none that is young enough, and
 * ahead of time once the present one has reached half the age that a read allows. So one message
 * every half staleness serves any number of reads, and a group that nobody reads costs nothing.
 * Thread-safe.
 */
final class Freshness {
  private static final long ROUND_MILLIS = 2_000;
  private static final long POLL_MILLIS = 2;

  /** A reader that has waited this long is better served by the leader. */
  private static final long READER_WAIT_MILLIS = 250;

  /** Who knows a group's read index. */
  interface IndexSource {
    /**
     * An index that covers everything acknowledged in the group before the call. Fails when no
     * leader confirms it.
     */
    CompletableFuture<Long> readIndex(GroupId group, long timeoutMillis);
  }

  private final IndexSource source;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final Map<GroupId, Replica> replicas = new ConcurrentHashMap<>();

  /**
   * @param timer waits for entries to be applied
   * @param nanoTime a monotonic clock
   */
  Freshness(IndexSource source, ScheduledExecutorService timer, LongSupplier nanoTime) {
    this.source = source;
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  /**
   * Whether this node's replica of a group, looked at from now on, shows everything that was
   * acknowledged up to {@code stalenessNanos} before this call. Completes soon, and with false when
   * that could not be proved soon; never exceptionally.
   *
   * @param applied index of the last entry that the replica has applied
   * @param stalenessNanos 1 or more
   */
  CompletableFuture<Boolean> covers(GroupId group, LongSupplier applied, long stalenessNanos) {
    if (stalenessNanos < 1) {
      throw new IllegalArgumentException("only a leader is never stale: " + stalenessNanos);
    }
    Replica replica = replicas.computeIfAbsent(group, Replica::new);
    CompletableFuture<Boolean> answer =
        replica.covers(applied, nanoTime.getAsLong() - stalenessNanos, stalenessNanos / 2);
    return answer.isDone()
        ? answer
        : answer.copy().completeOnTimeout(false, READER_WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private record Proof(long askedNanos, long index) {}

  /** Proofs of one group, fetched one at a time. */
  private final class Replica {
    private final GroupId group;

    /** The newest proof whose index has been applied here, or null. */
    private Proof proof;

    /** Under way; completes with false when it came to nothing. Null when none is. */
    private CompletableFuture<Boolean> round;

    private long roundAskedNanos;

    Replica(GroupId group) {
      this.group = group;
    }

    /**
     * @param since the proof must not be older than this
     * @param renewAfterNanos a proof of this age is renewed ahead of time
     */
    synchronized CompletableFuture<Boolean> covers(
        LongSupplier applied, long since, long renewAfterNanos) {
      // A replica that was opened anew may for a while have applied less than it had.
      if (proof != null && proof.askedNanos - since >= 0 && applied.getAsLong() >= proof.index) {
        if (nanoTime.getAsLong() - proof.askedNanos > renewAfterNanos && round == null) {
          var unused = begin(applied);
        }
        return CompletableFuture.completedFuture(true);
      }
      if (round == null) {
        return begin(applied);
      }
      return roundAskedNanos - since >= 0
          ? round
          : round.thenCompose(proved -> covers(applied, since, renewAfterNanos));
    }

    private CompletableFuture<Boolean> begin(LongSupplier applied) {
      CompletableFuture<Boolean> begun = new CompletableFuture<>();
      long asked = nanoTime.getAsLong();
      round = begun;
      roundAskedNanos = asked;
      source
          .readIndex(group, ROUND_MILLIS)
          .whenComplete(
              (index, failure) -> {
                if (failure != null) {
                  end(begun, null);
                } else {
                  awaitApplied(begun, applied, new Proof(asked, index));
                }
              });
      return begun;
    }

    private void awaitApplied(
        CompletableFuture<Boolean> begun, LongSupplier applied, Proof candidate) {
      if (applied.getAsLong() >= candidate.index) {
        end(begun, candidate);
      } else if (nanoTime.getAsLong() - candidate.askedNanos
          > TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS)) {
        end(begun, null);
      } else {
        timer.schedule(
            () -> awaitApplied(begun, applied, candidate), POLL_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void end(CompletableFuture<Boolean> begun, Proof found) {
      synchronized (this) {
        round = null;
        if (found != null) {
          proof = found;
        }
      }
      begun.complete(found != null);
    }
  }
}
