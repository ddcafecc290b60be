package io.btrdb.node.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.btrdb.shard.WorkingTree;
import io.btrdb.shard.WorkingTrees;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One working tree a stream, one user at a time. A tree nobody used for a while is let go, and so
 * are the least used ones when all together hold more than a bound; each is folded again from its
 * stream's materialised root when it is needed.
 *
 * <p>The bound matters most on a follower, which folds for reads: nobody commits what is folded
 * there, so that its trees keep their nodes until the leader's commit has been seen by the next
 * read, or until they are let go. Thread-safe.
 */
final class LockedWorkingTrees implements WorkingTrees {
  private static final Duration IDLE = Duration.ofMinutes(2);

  /** What a tree weighs besides the nodes it has made. */
  private static final int TREE_BYTES = 512;

  private static final class Slot {
    private final ReentrantLock lock = new ReentrantLock();
    private final WorkingTree tree;

    /** Of the nodes that the tree has made, when it was last used. */
    private volatile long dirtyBytes;

    Slot(WorkingTree tree) {
      this.tree = tree;
    }
  }

  private final Cache<UUID, Slot> slots;
  private final Supplier<WorkingTree> fresh;

  /**
   * @param bytesMax about what all trees may hold
   */
  LockedWorkingTrees(Supplier<WorkingTree> fresh, long bytesMax) {
    this.fresh = fresh;
    this.slots =
        Caffeine.newBuilder()
            .expireAfterAccess(IDLE)
            .maximumWeight(bytesMax)
            .weigher((UUID stream, Slot slot) -> weight(slot))
            .executor(Runnable::run)
            .build();
  }

  private static int weight(Slot slot) {
    return (int) Math.min(Integer.MAX_VALUE, TREE_BYTES + slot.dirtyBytes);
  }

  @Override
  public <R> R with(UUID stream, Function<WorkingTree, R> use) {
    Slot slot = slots.get(stream, id -> new Slot(fresh.get()));
    slot.lock.lock();
    try {
      return use.apply(slot.tree);
    } finally {
      long before = slot.dirtyBytes;
      slot.dirtyBytes = slot.tree.dirtyBytes();
      slot.lock.unlock();
      if (slot.dirtyBytes != before) {
        weighAnew(stream, slot);
      }
    }
  }

  /** A slot that was dropped meanwhile is not put back. */
  private void weighAnew(UUID stream, Slot slot) {
    boolean unused = slots.asMap().replace(stream, slot, slot);
  }

  /** Bytes of the nodes that all trees have made, about. */
  long bytes() {
    slots.cleanUp();
    return slots.asMap().values().stream().mapToLong(slot -> slot.dirtyBytes).sum();
  }

  /** Forgets one stream's tree; a user at work keeps the old one to its end. */
  void drop(UUID stream) {
    slots.invalidate(stream);
  }

  @Override
  public void dropAll() {
    slots.invalidateAll();
  }
}
