package io.btrdb.storage.ceph;

import io.btrdb.storage.SegmentId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Lengths of segments that were used last, which spare a call each. Any thread may use it. */
final class SegmentLengths {
  /** About 100 bytes each. */
  private static final int KEPT_MAX = 65_536;

  private final ReentrantLock lock = new ReentrantLock();

  /** Least recently used first. Guarded by {@link #lock}. */
  private final Map<SegmentId, Long> lengths = new LinkedHashMap<>(16, 0.75f, true);

  /** The length, or -1 when it is not known. */
  long get(SegmentId id) {
    lock.lock();
    try {
      return lengths.getOrDefault(id, -1L);
    } finally {
      lock.unlock();
    }
  }

  void put(SegmentId id, long length) {
    lock.lock();
    try {
      lengths.put(id, length);
      if (lengths.size() > KEPT_MAX) {
        lengths.remove(lengths.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  void forget(SegmentId id) {
    lock.lock();
    try {
      lengths.remove(id);
    } finally {
      lock.unlock();
    }
  }
}
