package io.btrdb.chaos.check;

/**
 * A promise that was not kept.
 *
 * @param detail for whoever looks for the cause; names operations by their ids
 */
public record Anomaly(Kind kind, String detail) {
  /** What went wrong. */
  public enum Kind {
    /** Acknowledged, and not there. */
    LOST,
    /** There more than once. */
    DUPLICATED,
    /** Nobody ever wrote it, or not there. */
    UNEXPECTED,
    /** There, although its writer was told that nothing was applied. */
    REFUSED,
    /** There although deleted before. */
    RESURRECTED,
    /** An older state than one that was known before. */
    STALE,
    /** A state that no order of the operations explains. */
    INEXPLICABLE,
    /** Two writes with one version, or with overlapping ones. */
    VERSION_REUSED,
    /** Another version than the one asked for, or one that cannot be. */
    WRONG_VERSION,
    /** A batch of which a part is there. */
    TORN_BATCH,
    /** The same question at the same version, and another answer. */
    UNREPEATABLE,
    /** Statistics that do not agree with the points. */
    WRONG_STATISTICS,
    /** A change that was not told. */
    CHANGE_MISSED,
    /** A range was told in which nothing changed. */
    CHANGE_TOO_WIDE,
    /** Replicas that hold different things. */
    REPLICAS_DIFFER,
    /** A replica that did not answer when all faults were over. */
    REPLICA_SILENT,
    /** More than one leader of a group in a term. */
    TWO_LEADERS,
    /** Slots that no shard has, or two have. */
    BROKEN_RANGES,
    /** Nobody was answered for too long. */
    PAUSE_TOO_LONG,
    /** Damage that nobody told of. */
    SILENT_DAMAGE,
    /** More threads, descriptors or memory than there should be. */
    LEAK
  }

  @Override
  public String toString() {
    return kind + ": " + detail;
  }
}
