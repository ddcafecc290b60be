package io.btrdb.node.replica;

import io.btrdb.shard.SegmentSweep;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Keeps the thread that sweeps a replica's segments and the one that applies its log apart. */
final class SweepLock implements SegmentSweep.Exclusion {
  private final ReentrantLock lock = new ReentrantLock();

  @Override
  public <R> R alone(Supplier<R> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
