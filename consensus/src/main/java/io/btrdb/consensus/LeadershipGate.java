package io.btrdb.consensus;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Decides when a leader may speak.
 *
 * <p>Ratis calls a leader ready once it has applied its term's first entry. That is too early for
 * reads under a lease: Ratis refuses votes for the sake of a living leader only in pre-vote, so a
 * deposed leader's lease can outlive the election of its successor. A new leader therefore stays
 * silent, neither acknowledging a write nor answering a read, for one full lease and 10 % after its
 * election. That holds after a transfer of leadership too: the new leader cannot tell that its
 * predecessor gave its lease up.
 */
final class LeadershipGate {
  /** A leader has applied its first entry within less, as a rule. */
  private static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A leadership of this replica; {@code opened} completes with the term when it may speak. */
  private record Reign(
      long term, long sinceNanos, AtomicBoolean told, CompletableFuture<Long> opened) {
    Reign(long term) {
      this(term, System.nanoTime(), new AtomicBoolean(), new CompletableFuture<>());
    }

    boolean ready() {
      return opened.isDone() && !opened.isCompletedExceptionally();
    }
  }

  private final long silenceNanos;
  private final ScheduledExecutorService timer;
  private final Executor events;
  private final Consumer<Leadership> listener;
  private final Runnable onChange;

  /** Null while this replica does not lead. Written under this object's lock. */
  private volatile Reign reign;

  private volatile Optional<PeerId> leader = Optional.empty();

  LeadershipGate(
      Duration silence,
      ScheduledExecutorService timer,
      Executor events,
      Consumer<Leadership> listener,
      Runnable onChange) {
    this.silenceNanos = silence.toNanos();
    this.timer = timer;
    this.events = events;
    this.listener = listener;
    this.onChange = onChange;
  }

  /** This replica leads {@code term}, whether or not it may speak. */
  boolean leads() {
    return reign != null;
  }

  boolean ready() {
    Reign current = reign;
    return current != null && current.ready();
  }

  /** Whether this replica leads and has not been told for long that it has caught up. */
  boolean overdue() {
    Reign current = reign;
    return current != null
        && !current.told.get()
        && System.nanoTime() - current.sinceNanos > silenceNanos + OVERDUE_NANOS;
  }

  boolean ready(long term) {
    Reign current = reign;
    return current != null && current.term == term && current.ready();
  }

  /**
   * Completes with the term once this leader may speak; fails with {@link
   * ConsensusException.Kind#NOT_LEADER} when it does not lead, or stops before that.
   */
  CompletableFuture<Long> opened() {
    Reign current = reign;
    return current == null
        ? CompletableFuture.failedFuture(ConsensusException.notLeader(leader))
        : current.opened;
  }

  Optional<PeerId> leader() {
    return leader;
  }

  synchronized void elected(PeerId self, long term) {
    close();
    reign = new Reign(term);
    leaderIs(self, term);
  }

  synchronized void follows(PeerId other, long term) {
    close();
    leaderIs(other, term);
  }

  private void leaderIs(PeerId id, long term) {
    leader = Optional.of(id);
    tell(new Leadership.LeaderChanged(leader, term));
    onChange.run();
  }

  /** The first entry of {@code term} has been applied here. */
  synchronized void caughtUp(long term) {
    Reign current = reign;
    if (current == null || current.term != term) {
      return;
    }
    long left = current.sinceNanos + silenceNanos - System.nanoTime();
    if (left <= 0) {
      open(current);
    } else {
      timer.schedule(() -> open(current), left, TimeUnit.NANOSECONDS);
    }
  }

  private synchronized void open(Reign opening) {
    if (reign != opening || !opening.told.compareAndSet(false, true)) {
      return;
    }
    tell(new Leadership.BecameLeader(opening.term));
    // Waiting readers continue on the events' thread, after the event, and not under this lock.
    events.execute(() -> opening.opened.complete(opening.term));
    events.execute(onChange);
  }

  /** This replica leads no more. */
  synchronized void close() {
    Reign ended = reign;
    if (ended == null) {
      return;
    }
    reign = null;
    leader = Optional.empty();
    tell(new Leadership.LostLeadership(ended.term));
    events.execute(() -> ended.opened.completeExceptionally(ConsensusException.notLeader(leader)));
    onChange.run();
  }

  private void tell(Leadership event) {
    events.execute(() -> listener.accept(event));
  }
}
