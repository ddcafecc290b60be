package io.btrdb.consensus;

import java.time.Duration;
import java.util.Optional;
import org.apache.ratis.server.RaftServer;

/**
 * Finds out that a leader will not come to speak: it was elected, its followers hear it, and yet
 * neither its commits nor its applied entries advance. Its heartbeats would keep the others from
 * electing one that works, for ever.
 *
 * <p>For one thread.
 */
final class StalledLeader {
  /** How far a leader has come. */
  private record Reached(long term, long ends, long committed, long applied) {
    static Reached by(RaftServer.Division division) {
      return new Reached(
          division.getInfo().getCurrentTerm(),
          division.getRaftLog().getNextIndex() - 1,
          division.getRaftLog().getLastCommittedIndex(),
          division.getInfo().getLastAppliedIndex());
    }

    boolean advancesFrom(Reached before) {
      return before == null
          || term != before.term
          || committed > before.committed
          || applied > before.applied;
    }

    String stall() {
      return "leads term "
          + term
          + " and gets nowhere: its log ends at "
          + ends
          + ", committed is "
          + committed
          + ", applied is "
          + applied;
    }
  }

  private final long limitNanos;
  private Reached reached;
  private long sinceNanos;

  /**
   * @param limit a leader that has not advanced for this long never will
   */
  StalledLeader(Duration limit) {
    limitNanos = limit.toNanos();
  }

  /** This replica does not lead, or may speak. */
  void none() {
    reached = null;
  }

  /**
   * This replica leads and may not speak.
   *
   * @return how it is held up, once it has not advanced for the limit; the cause's stack trace is
   *     that of the thread which applies entries
   */
  Optional<IllegalStateException> look(RaftServer.Division division, long nowNanos) {
    Reached now = Reached.by(division);
    if (now.advancesFrom(reached)) {
      reached = now;
      sinceNanos = nowNanos;
    }
    return nowNanos - sinceNanos > limitNanos
        ? Optional.of(new IllegalStateException(now.stall(), applyThread(division)))
        : Optional.empty();
  }

  private static Throwable applyThread(RaftServer.Division division) {
    String name = division.getMemberId() + "-StateMachineUpdater";
    Throwable where = new Throwable(name);
    Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals(name))
        .findFirst()
        .ifPresent(thread -> where.setStackTrace(thread.getValue()));
    return where;
  }
}
