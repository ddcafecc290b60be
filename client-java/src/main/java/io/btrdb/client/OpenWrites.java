package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** All writes without an outcome, and the ways in which one gets its outcome. Io thread. */
final class OpenWrites {
  /** Deadlines grow from head to tail. */
  private final Set<PendingWrite> byDeadline = new LinkedHashSet<>();

  void add(PendingWrite write) {
    byDeadline.add(write);
  }

  boolean isEmpty() {
    return byDeadline.isEmpty();
  }

  /** A write whose deadline has passed, or null. */
  PendingWrite overdue(long nowNanos) {
    Iterator<PendingWrite> head = byDeadline.iterator();
    PendingWrite first = head.hasNext() ? head.next() : null;
    return first != null && first.deadlineNanos() - nowNanos <= 0 ? first : null;
  }

  void succeed(PendingWrite write, Version version) {
    finish(write);
    write.outcome().complete(version);
  }

  /** Ends a write with an error; what is known of its effect follows from its tries so far. */
  void fail(PendingWrite write, int code, String message) {
    Fate fate = write.isFateOpen() && !refusesForGood(code) ? Fate.UNKNOWN : Fate.NOT_APPLIED;
    finish(write);
    write
        .outcome()
        .completeExceptionally(
            new BtrdbException(code, fate, write.uuid(), write.lastAddress(), message, null));
  }

  /** Ends a write whose deadline has passed. */
  void expire(PendingWrite write, String lastProblem) {
    fail(
        write,
        ErrorCode.CLUSTER_DEGRADED.number(),
        write.describe()
            + " got no outcome before its deadline; "
            + write.attempts()
            + (write.attempts() == 1 ? " attempt" : " attempts")
            + " at "
            + (write.tried().isEmpty() ? "no node" : String.join(", ", write.tried()))
            + (lastProblem == null ? "" : "; the last problem: " + lastProblem));
  }

  /** Whether the request was at fault, so that no try of it can have had an effect. */
  private static boolean refusesForGood(int code) {
    return code == ErrorCode.INVALID_TIME_RANGE.number()
        || code == ErrorCode.INSERT_TOO_BIG.number()
        || code == ErrorCode.WRONG_ARGUMENTS.number()
        || code == ErrorCode.BAD_VALUE.number();
  }

  private void finish(PendingWrite write) {
    byDeadline.remove(write);
    if (write.session() != null) {
      write.session().finish(write.sequence());
    }
  }
}
