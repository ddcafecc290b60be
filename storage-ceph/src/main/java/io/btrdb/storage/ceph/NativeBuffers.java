package io.btrdb.storage.ceph;

import com.sun.jna.Memory;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory outside the heap that librados reads and fills, kept for the next call. Sizes are powers
 * of two. Any thread may use it. Who takes one gives it back, when librados is done with it.
 */
final class NativeBuffers implements AutoCloseable {
  private static final int SMALLEST_SHIFT = 9;
  private static final int LARGEST_SHIFT = 24;

  private final long keptBytesMax;
  private final AtomicLong keptBytes = new AtomicLong();

  /** Unused ones, by the power of two of their size above the smallest. */
  private final ConcurrentLinkedQueue<Memory>[] kept;

  /**
   * @param keptBytesMax what is kept unused; more is freed at once
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  NativeBuffers(long keptBytesMax) {
    this.keptBytesMax = keptBytesMax;
    this.kept = new ConcurrentLinkedQueue[LARGEST_SHIFT - SMALLEST_SHIFT + 1];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = new ConcurrentLinkedQueue();
    }
  }

  /** Memory of at least so many bytes, from 0, with any content. */
  Memory take(int bytes) {
    int largest = Math.max(bytes, 1) - 1;
    int shift = Math.max(SMALLEST_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(largest));
    if (shift > LARGEST_SHIFT) {
      return new Memory(bytes);
    }
    Memory memory = kept[shift - SMALLEST_SHIFT].poll();
    if (memory == null) {
      return new Memory(1L << shift);
    }
    keptBytes.addAndGet(-memory.size());
    return memory;
  }

  void give(Memory memory) {
    int shift = Long.numberOfTrailingZeros(memory.size());
    if (Long.bitCount(memory.size()) == 1 && shift <= LARGEST_SHIFT) {
      if (keptBytes.addAndGet(memory.size()) <= keptBytesMax) {
        kept[shift - SMALLEST_SHIFT].add(memory);
        return;
      }
      keptBytes.addAndGet(-memory.size());
    }
    memory.close();
  }

  /** Frees what is kept. */
  @Override
  public void close() {
    for (ConcurrentLinkedQueue<Memory> size : kept) {
      for (Memory memory = size.poll(); memory != null; memory = size.poll()) {
        keptBytes.addAndGet(-memory.size());
        memory.close();
      }
    }
  }
}
