package io.btrdb.client;

/** What a failed call did to the database. */
public enum Fate {
  /** Nothing: it can be repeated, corrected or dropped. */
  NOT_APPLIED,
  /**
   * It may or may not have taken effect, or did so in part. Repeat it only if that does no harm, as
   * with {@link MergePolicy#REPLACE} or {@link MergePolicy#EQUAL}.
   */
  UNKNOWN,
  /** It was a read. */
  NOT_A_WRITE
}
