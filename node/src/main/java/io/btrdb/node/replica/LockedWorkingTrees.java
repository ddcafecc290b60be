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
 * One working tree a stream, one user at a time. A tree nobody used for a while is let go; it is
 * folded again from the stream's materialised root when it is needed. Thread-safe.
 */
final class LockedWorkingTrees implements WorkingTrees {
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final int TREES_MAX = 65_536;

  private static final class Slot {
    private final ReentrantLock lock = new ReentrantLock();
    private final WorkingTree tree;

    Slot(WorkingTree tree) {
      this.tree = tree;
    }
  }

  private final Cache<UUID, Slot> slots =
      Caffeine.newBuilder()
          .expireAfterAccess(IDLE)
          .maximumSize(TREES_MAX)
          .executor(Runnable::run)
          .build();
  private final Supplier<WorkingTree> fresh;

  LockedWorkingTrees(Supplier<WorkingTree> fresh) {
    this.fresh = fresh;
  }

  @Override
  public <R> R with(UUID stream, Function<WorkingTree, R> use) {
    Slot slot = slots.get(stream, id -> new Slot(fresh.get()));
    slot.lock.lock();
    try {
      return use.apply(slot.tree);
    } finally {
      slot.lock.unlock();
    }
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
