package io.btrdb.node.backup;

import io.btrdb.placement.ShardRange;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.local.LocalStateVault;
import java.util.List;
import java.util.Optional;

/** Where a group of a new cluster gets its state and segments from. Used by one thread. */
public interface GroupSource {
  /** Empty for the catalog. */
  Optional<ShardRange> range();

  /**
   * Puts the state into an empty vault, as its newest checkpoint.
   *
   * @return the checkpoint's position; {@link LogPosition#NONE} when there is no state
   */
  LogPosition install(LocalStateVault vault);

  /** Segments that there are; a few more than the state needs do no harm. */
  List<SegmentId> segments();

  /**
   * All bytes of one of {@link #segments}, verified.
   *
   * @throws RuntimeException when they are damaged
   */
  byte[] segment(SegmentId id);

  /** Whether the new cluster reads the segments where they are, so that they are not copied. */
  default boolean staysInPlace() {
    return false;
  }

  /** Bytes of all {@link #segments} that have to be copied. */
  long segmentBytes();

  /** For people. */
  default String name() {
    return range().map(range -> "shard " + range.shard()).orElse("the catalog");
  }
}
