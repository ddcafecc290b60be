package io.btrdb.storage.faulty;

import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.SegmentVerifier;
import io.btrdb.storage.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A segment store whose disk fails as a {@link FaultPlan} says, above a sound one.
 *
 * <p>It models a disk with a volatile cache: what was put or deleted since the last {@link #sync}
 * is subject to {@link #crash}. Damaged copies are kept here, above the sound store, because a
 * sound store would not take them.
 *
 * <p>Threads: any; calls run one at a time.
 */
public final class FaultySegmentStore implements SegmentStore {
  private final SegmentStore sound;
  private final FaultPlan plan;
  private final ReentrantLock lock = new ReentrantLock();

  /** What a read finds in place of the sound copy, or of nothing. Guarded by {@link #lock}. */
  private final Map<SegmentId, byte[]> damaged = new LinkedHashMap<>();

  /**
   * What the disk holds for each segment changed since the last sync, null for nothing. Guarded by
   * {@link #lock}.
   */
  private final Map<SegmentId, byte[]> beforeSync = new LinkedHashMap<>();

  private boolean full;
  private String refusal;

  public FaultySegmentStore(SegmentStore sound, FaultPlan plan) {
    this.sound = sound;
    this.plan = plan;
  }

  /**
   * Cuts the power: each unsynced put is lost and each unsynced delete undone, unless the plan lets
   * it survive. The store then works on as if opened again.
   */
  public void crash() {
    lock.lock();
    try {
      refusal = null;
      beforeSync.forEach(
          (id, before) -> {
            if (!plan.survivesUnsynced()) {
              reset(id, before);
            }
          });
      beforeSync.clear();
    } finally {
      lock.unlock();
    }
  }

  /** While full, every put fails without effect. */
  public void full(boolean isFull) {
    locked(() -> full = isFull);
  }

  /** Flips one bit of a stored segment for good. */
  public void flipBit(SegmentId id, long bit) {
    locked(
        () -> {
          byte[] bytes = stored(id);
          bytes[(int) (bit >>> 3)] ^= (byte) (1 << (bit & 7));
          return damaged.put(id, bytes);
        });
  }

  /** Cuts a stored segment to its first bytes for good. */
  public void tear(SegmentId id, int lengthBytes) {
    locked(() -> damaged.put(id, Arrays.copyOf(stored(id), lengthBytes)));
  }

  /** Loses a stored segment, synced or not. */
  public void lose(SegmentId id) {
    locked(
        () -> {
          reset(id, null);
          return beforeSync.remove(id);
        });
  }

  @Override
  public void put(SegmentId id, byte[] segment) {
    locked(
        () -> {
          Fault fault = plan.next(Operation.SEGMENT_PUT);
          if (full) {
            throw new StorageException("no space left for segment " + id + " (simulated)");
          }
          if (fault == Fault.FAIL) {
            throw failed("put of segment " + id);
          }
          byte[] before = storedOrNull(id);
          store(id, segment, fault);
          beforeSync.putIfAbsent(id, before);
          if (fault == Fault.TEAR || fault == Fault.FAIL_AFTER) {
            throw failed("put of segment " + id);
          }
          return null;
        });
  }

  @Override
  public boolean replace(SegmentId id, byte[] segment) {
    return locked(
        () -> {
          Fault fault = plan.next(Operation.SEGMENT_PUT);
          if (full) {
            throw new StorageException("no space left for segment " + id + " (simulated)");
          }
          // Torn or not written at all: either way the old one is still there, and whole.
          if (fault == Fault.FAIL || fault == Fault.TEAR) {
            throw failed("replacement of segment " + id);
          }
          byte[] before = storedOrNull(id);
          if (!sound.replace(id, segment)) {
            return false;
          }
          damaged.remove(id);
          if (fault == Fault.FLIP_BIT) {
            flipAnyBit(id, segment);
          }
          beforeSync.putIfAbsent(id, before);
          if (fault == Fault.FAIL_AFTER) {
            throw failed("replacement of segment " + id);
          }
          return true;
        });
  }

  @Override
  public void sync() {
    locked(
        () -> {
          Fault fault = plan.next(Operation.SEGMENT_SYNC);
          if (fault != Fault.FAIL) {
            sound.sync();
            beforeSync.clear();
          }
          if (fault != null) {
            // As after a failed fsync: nobody knows what is on the disk until it is read again.
            refusal = "sync failed (simulated), the store must be opened again";
            throw new StorageException(refusal);
          }
          return null;
        });
  }

  @Override
  public boolean contains(SegmentId id) {
    return locked(() -> damaged.containsKey(id) || sound.contains(id));
  }

  @Override
  public long length(SegmentId id) {
    return locked(() -> damaged.containsKey(id) ? damaged.get(id).length : sound.length(id));
  }

  @Override
  public byte[] read(SegmentId id, long offset, int length) {
    return locked(
        () -> {
          Fault fault = plan.next(Operation.SEGMENT_READ);
          if (fault == Fault.FAIL) {
            throw failed("read of segment " + id);
          }
          byte[] bytes = readStored(id, offset, length);
          if (fault == Fault.FLIP_BIT && length > 0) {
            bytes[plan.choose(length)] ^= (byte) (1 << plan.choose(8));
          }
          return fault == Fault.MISDIRECT ? misdirected(id, offset, bytes) : bytes;
        });
  }

  @Override
  public void delete(SegmentId id) {
    locked(
        () -> {
          Fault fault = plan.next(Operation.SEGMENT_DELETE);
          if (fault == Fault.FAIL) {
            throw failed("delete of segment " + id);
          }
          byte[] before = storedOrNull(id);
          if (before != null) {
            beforeSync.putIfAbsent(id, before);
          }
          reset(id, null);
          if (fault == Fault.FAIL_AFTER) {
            throw failed("delete of segment " + id);
          }
          return null;
        });
  }

  @Override
  public void forget(SegmentId id) {
    sound.forget(id);
  }

  @Override
  public List<SegmentId> list(int shard) {
    return locked(
        () -> {
          TreeSet<SegmentId> all = new TreeSet<>(sound.list(shard));
          damaged.keySet().stream().filter(id -> id.shard() == shard).forEach(all::add);
          return List.copyOf(all);
        });
  }

  @Override
  public void close() {
    sound.close();
  }

  private void store(SegmentId id, byte[] segment, Fault fault) {
    if (fault == Fault.TEAR) {
      sound.delete(id);
      damaged.put(id, Arrays.copyOf(segment, plan.choose(segment.length)));
      return;
    }
    sound.put(id, segment);
    damaged.remove(id);
    if (fault == Fault.FLIP_BIT) {
      flipAnyBit(id, segment);
    }
  }

  private void flipAnyBit(SegmentId id, byte[] segment) {
    byte[] flipped = segment.clone();
    flipped[plan.choose(flipped.length)] ^= (byte) (1 << plan.choose(8));
    damaged.put(id, flipped);
  }

  /** Makes the disk hold these bytes for a segment, whole or damaged, or nothing when null. */
  private void reset(SegmentId id, byte[] bytes) {
    damaged.remove(id);
    if (bytes == null) {
      sound.delete(id);
    } else if (!sound.contains(id) || !Arrays.equals(bytes, soundBytes(id))) {
      sound.delete(id);
      if (SegmentVerifier.faults(id, bytes).isEmpty()) {
        sound.put(id, bytes);
      } else {
        damaged.put(id, bytes);
      }
    }
  }

  private byte[] stored(SegmentId id) {
    byte[] bytes = storedOrNull(id);
    if (bytes == null) {
      throw new MissingSegmentException(id);
    }
    return bytes;
  }

  private byte[] storedOrNull(SegmentId id) {
    byte[] other = damaged.get(id);
    if (other != null) {
      return other.clone();
    }
    return sound.contains(id) ? soundBytes(id) : null;
  }

  private byte[] soundBytes(SegmentId id) {
    return sound.read(id, 0, (int) sound.length(id));
  }

  private byte[] readStored(SegmentId id, long offset, int length) {
    byte[] other = damaged.get(id);
    if (other == null) {
      return sound.read(id, offset, length);
    }
    if (offset < 0 || length < 0 || offset > other.length - length) {
      throw new IllegalArgumentException(
          "segment " + id + " has no bytes " + offset + " + " + length + " of " + other.length);
    }
    return Arrays.copyOfRange(other, (int) offset, (int) offset + length);
  }

  /** The same place of another segment, or, when none reaches that far, these bytes rotated. */
  private byte[] misdirected(SegmentId id, long offset, byte[] bytes) {
    List<SegmentId> others = new ArrayList<>();
    for (SegmentId other : sound.list(id.shard())) {
      if (!other.equals(id) && sound.length(other) >= offset + bytes.length) {
        others.add(other);
      }
    }
    if (!others.isEmpty()) {
      return sound.read(others.get(plan.choose(others.size())), offset, bytes.length);
    }
    int shift = bytes.length < 2 ? 0 : 1 + plan.choose(bytes.length - 1);
    byte[] rotated = Arrays.copyOfRange(bytes, shift, shift + bytes.length);
    System.arraycopy(bytes, 0, rotated, bytes.length - shift, shift);
    return rotated;
  }

  private static StorageException failed(String what) {
    return new StorageException(what + " failed (simulated)");
  }

  private <T> T locked(Supplier<T> call) {
    lock.lock();
    try {
      if (refusal != null) {
        throw new StorageException(refusal);
      }
      return call.get();
    } finally {
      lock.unlock();
    }
  }
}
