package io.btrdb.shard;

import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.ReducedRange;
import java.util.List;
import java.util.UUID;

/** What a client asks of one stream, as the log carries it. */
public sealed interface Operation {
  UUID stream();

  /**
   * Points to merge.
   *
   * @param points how many, 1 or more
   * @param payload one block of {@link io.btrdb.codec.PointsCodec}, validated by the door: times in
   *     range, values finite, as many points as said
   */
  record Insert(UUID stream, MergePolicy policy, int points, byte[] payload) implements Operation {}

  /** Removes the points in [start, end); always makes a version. */
  record Delete(UUID stream, long start, long end) implements Operation {}

  /** Seals what is pending, if anything is. */
  record Flush(UUID stream) implements Operation {}

  /**
   * Says what of the stream is to be read from now on.
   *
   * @param oldest versions below it are given up; one below the present such version changes
   *     nothing
   * @param archiveHorizon see {@link Retention}; one below the present changes nothing
   * @param reduced further ranges, which overlap neither each other nor those there are
   */
  record Configure(UUID stream, long oldest, long archiveHorizon, List<ReducedRange> reduced)
      implements Operation {}

  /** The stream exists from here on; no-op when it does already. Refused for a tombstone. */
  record Open(UUID stream) implements Operation {}

  /** The stream is gone for ever; no-op when it is already. */
  record Drop(UUID stream) implements Operation {}
}
