package io.btrdb.node.replica;

import io.btrdb.node.plane.ReadPin;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The reads under way on a replica, by the log index at which they began: what was freed later must
 * stay where it is until they end. Thread-safe.
 */
public final class ReadPins {
  private final LongSupplier applied;
  private final ReentrantLock lock = new ReentrantLock();

  /** How many began at each index. Guarded by {@link #lock}. */
  private final TreeMap<Long, Integer> open = new TreeMap<>();

  /**
   * @param applied index of the last entry applied; may lag, never lead
   */
  ReadPins(LongSupplier applied) {
    this.applied = applied;
  }

  private final class Pin implements ReadPin {
    private final long began;

    private Pin(long began) {
      this.began = began;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        open.computeIfPresent(began, (index, count) -> count == 1 ? null : count - 1);
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * To be taken before the version is looked up: then what is found there was not freed before the
   * pin, whatever is applied in between.
   */
  ReadPin pin() {
    long began = applied.getAsLong();
    lock.lock();
    try {
      open.merge(began, 1, Integer::sum);
      return new Pin(began);
    } finally {
      lock.unlock();
    }
  }

  /** The index at which the oldest read under way began, {@link Long#MAX_VALUE} for none. */
  long oldest() {
    lock.lock();
    try {
      return open.isEmpty() ? Long.MAX_VALUE : open.firstKey();
    } finally {
      lock.unlock();
    }
  }

  /** Reads under way. */
  public int count() {
    lock.lock();
    try {
      return open.values().stream().mapToInt(Integer::intValue).sum();
    } finally {
      lock.unlock();
    }
  }
}
