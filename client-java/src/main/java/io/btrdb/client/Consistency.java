package io.btrdb.client;

import java.time.Duration;

/**
 * How new the answer to a read of the latest version is. Immutable.
 *
 * <p>{@link #LINEARIZABLE} is the default: whatever was acknowledged to anybody before the read
 * began is in its answer, and only the leader of the stream's shard can give it.
 *
 * <p>{@link #boundedStaleness} lets any replica answer that can prove that its state is no older
 * than a bound, so that reads spread over all replicas. Two such reads in a row may be answered by
 * two replicas, the second by the older one: a stream may seem to step back, within the bound.
 * Whoever needs a series of reads to agree pins a version.
 */
public final class Consistency {
  private static final long STALENESS_MILLIS_MAX = Duration.ofDays(1).toMillis();

  /** Everything acknowledged before the read began. */
  public static final Consistency LINEARIZABLE = new Consistency(0);

  private final int stalenessMillis;

  private Consistency(int stalenessMillis) {
    this.stalenessMillis = stalenessMillis;
  }

  /**
   * Everything acknowledged up to this long before the read began, and perhaps some that came
   * later.
   *
   * @param staleness 1 ms to a day, in whole milliseconds; a second is a good choice. A replica
   *     asks the leader for a proof every half of it while such reads arrive
   * @throws IllegalArgumentException if it is less or more
   */
  public static Consistency boundedStaleness(Duration staleness) {
    long millis = staleness.toMillis();
    if (millis < 1 || millis > STALENESS_MILLIS_MAX) {
      throw new IllegalArgumentException("a staleness is 1 ms to 24 h, not " + staleness);
    }
    return new Consistency((int) millis);
  }

  /** 0 for linearizable. */
  int stalenessMillis() {
    return stalenessMillis;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Consistency that && that.stalenessMillis == stalenessMillis;
  }

  @Override
  public int hashCode() {
    return Integer.hashCode(stalenessMillis);
  }

  @Override
  public String toString() {
    return stalenessMillis == 0 ? "linearizable" : "at most " + stalenessMillis + " ms stale";
  }
}
