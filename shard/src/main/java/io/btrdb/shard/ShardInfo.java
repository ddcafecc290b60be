package io.btrdb.shard;

import java.util.UUID;

/**
 * What a group knows about itself from its own log.
 *
 * @param initialised false until the log's Init; the rest is zero then
 * @param epoch the highest placement epoch logged
 * @param level kinds of entries up to this level may be proposed
 */
public record ShardInfo(
    boolean initialised, UUID cluster, int firstSlot, int slotCount, long epoch, int level) {
  static final ShardInfo UNKNOWN = new ShardInfo(false, new UUID(0, 0), 0, 0, 0, 0);

  /** Whether the shard owns the slot. */
  public boolean owns(int slot) {
    return initialised && slot >= firstSlot && slot - firstSlot < slotCount;
  }

  ShardInfo withEpoch(long newEpoch) {
    return new ShardInfo(initialised, cluster, firstSlot, slotCount, newEpoch, level);
  }

  ShardInfo withLevel(int newLevel) {
    return new ShardInfo(initialised, cluster, firstSlot, slotCount, epoch, newLevel);
  }
}
