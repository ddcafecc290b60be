package io.btrdb.placement.plan;

/**
 * How boldly to plan.
 *
 * @param replaceAfterMillis replicas of a node silent for this long are made anew elsewhere; 0:
 *     never
 * @param stalledAfterMillis a change whose target is silent for this long is given up
 * @param movesAtOnce replica changes under way in the whole cluster, 1 or more
 * @param transfersAtOnce transfers of leadership in one plan, 1 or more
 * @param balance what to even out; what is broken, missing or draining is seen to in any case
 */
public record Limits(
    long replaceAfterMillis,
    long stalledAfterMillis,
    int movesAtOnce,
    int transfersAtOnce,
    Balance balance) {
  /** How far to even out. */
  public enum Balance {
    NONE,
    /** Zones, and how many replicas and leaders each node has. */
    COUNTS,
    /** Then also what they carry. Worth trying once loads have been measured for a while. */
    LOADS
  }

  public Limits {
    if (replaceAfterMillis < 0
        || stalledAfterMillis < 1
        || movesAtOnce < 1
        || transfersAtOnce < 1) {
      throw new IllegalArgumentException(
          "limits: replace after %d ms, stalled after %d ms, %d moves and %d transfers at once"
              .formatted(replaceAfterMillis, stalledAfterMillis, movesAtOnce, transfersAtOnce));
    }
  }

  /** The same with another idea of what to even out. */
  public Limits balancing(Balance other) {
    return new Limits(replaceAfterMillis, stalledAfterMillis, movesAtOnce, transfersAtOnce, other);
  }

  /** Without a bound on how much happens at once, and everything evened out, for a preview. */
  public Limits unthrottled() {
    return new Limits(
        replaceAfterMillis,
        stalledAfterMillis,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Balance.LOADS);
  }
}
