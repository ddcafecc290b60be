package io.btrdb.placement;

/**
 * A contiguous range of hash slots, owned by one shard.
 *
 * @param shard number of the shard, from 0
 * @param firstSlot the first slot, 0 to {@link #SLOTS} - 1
 * @param slotCount how many slots, 1 or more
 */
public record ShardRange(int shard, int firstSlot, int slotCount) {
  /** Slots in the whole space; a stream's slot is the top 12 bits of its hash. */
  public static final int SLOTS = 4096;

  public ShardRange {
    if (shard < 0 || firstSlot < 0 || slotCount < 1 || firstSlot + slotCount > SLOTS) {
      throw new IllegalArgumentException(
          "shard "
              + shard
              + " cannot own slots "
              + firstSlot
              + " to "
              + (firstSlot + slotCount - 1));
    }
  }

  public boolean holds(int slot) {
    return slot >= firstSlot && slot < firstSlot + slotCount;
  }

  /** First hash of the range in the 32-bit hash space. */
  public long hashStart() {
    return (long) firstSlot << 20;
  }

  /** End of the range in the 32-bit hash space, exclusive. */
  public long hashEnd() {
    return (long) (firstSlot + slotCount) << 20;
  }
}
