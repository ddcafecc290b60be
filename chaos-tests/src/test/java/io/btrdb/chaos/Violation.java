package io.btrdb.chaos;

/**
 * A promise that was not kept.
 *
 * @param detail for whoever looks for the cause
 */
record Violation(Kind kind, String detail) {
  enum Kind {
    /** Acknowledged before the read began, but not in it: lost, or the read was stale. */
    MISSING,
    /** There more than once. */
    DOUBLED,
    /** Nobody ever wrote it. */
    NEVER_WRITTEN,
    /** There at another time than it was written for. */
    MOVED,
    /** There although its writer was told that nothing was applied. */
    REFUSED,
    /** There although deleted before the read began. */
    RESURRECTED,
    /** Outside of what was asked for. */
    OUT_OF_RANGE,
    /** Earlier than the point before it. */
    UNSORTED,
    /** An older version than one that was told before. */
    VERSION_WENT_BACK,
    /** A pinned version that answered differently. */
    UNREPEATABLE,
    /** Statistics that do not agree with the points. */
    WRONG_STATISTICS
  }

  @Override
  public String toString() {
    return kind + ": " + detail;
  }
}
