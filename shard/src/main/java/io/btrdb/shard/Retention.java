package io.btrdb.shard;

import io.btrdb.tree.ReducedRanges;

/**
 * What can still be read of a stream. Nothing in it is ever taken back.
 *
 * @param oldest the lowest version that can be read, {@link ShardLimits#FIRST_VERSION} for all
 * @param archiveHorizon segments below it may be moved to slower storage, as the client says; kept
 *     for it and not used here
 * @param reduced spans of time that are read in slots only
 */
public record Retention(long oldest, long archiveHorizon, ReducedRanges reduced) {
  /** Everything, of a stream that nobody has said anything about. */
  public static final Retention ALL =
      new Retention(ShardLimits.FIRST_VERSION, 0, ReducedRanges.NONE);

  Retention withOldest(long version) {
    return new Retention(version, archiveHorizon, reduced);
  }

  /** Whether nothing but the oldest version was ever set. */
  boolean isPlain() {
    return archiveHorizon == 0 && reduced.isEmpty();
  }
}
