package io.btrdb.storage.ceph;

import io.btrdb.storage.SegmentId;
import io.btrdb.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/**
 * Chunks of segments on this machine's own disk, within a budget: the least recently used goes
 * first. One file of slots, each of the size of a chunk; what is in which slot, and its checksum,
 * is known in memory only, so the cache is empty at each start and its file is worth nothing to
 * anybody else. A chunk that comes back from the disk with another checksum was not in the cache,
 * and neither was one that the disk cannot read: nothing but time is lost by a bad disk.
 *
 * <p>Any thread may use it; the disk is read and written without holding the lock.
 */
final class DiskCache implements AutoCloseable {
  private static final int SLOT_BYTES = ReadAhead.CHUNK_BYTES;

  /**
   * @param owner whose segment: two clusters in one pool have segments of the same id
   */
  private record Segment(String owner, SegmentId id) {}

  private record Key(Segment segment, int chunk) {}

  private record Slot(int number, int length, int checksum) {}

  private final Path file;
  private final int slotsMax;
  private final ReentrantLock lock = new ReentrantLock();

  /** Least recently used first. This and what follows is guarded by {@link #lock}. */
  private final LinkedHashMap<Key, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Segment, Set<Integer>> chunks = new HashMap<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private int slotsUsed;
  private FileChannel channel;
  private boolean closed;

  /**
   * Makes the file, or empties it.
   *
   * @param bytes what the file may grow to
   * @throws StorageException when the file cannot be made
   */
  DiskCache(Path file, long bytes) {
    this.file = file;
    this.slotsMax = Math.toIntExact(bytes / SLOT_BYTES);
    try {
      this.channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw new StorageException("cannot make the read cache " + file, e);
    }
  }

  /** What reads the segments of an owner through this cache. */
  ReadAhead.Source before(String owner, ReadAhead.Source pool) {
    return new ReadAhead.Source() {
      @Override
      public byte[] read(SegmentId id, long offset, int length) {
        if (!isRun(offset, length)) {
          return pool.read(id, offset, length);
        }
        Segment segment = new Segment(owner, id);
        byte[] known = get(segment, offset, length);
        return known != null ? known : put(segment, offset, pool.read(id, offset, length));
      }

      @Override
      public Optional<CompletableFuture<byte[]>> readLater(SegmentId id, long offset, int length) {
        Segment segment = new Segment(owner, id);
        byte[] known = get(segment, offset, length);
        return known != null
            ? Optional.of(CompletableFuture.completedFuture(known))
            : pool.readLater(id, offset, length)
                .map(later -> later.thenApply(bytes -> put(segment, offset, bytes)));
      }
    };
  }

  /** Whether this is a run of {@link ReadAhead} and not a copy of a segment. */
  private static boolean isRun(long offset, int length) {
    return offset % SLOT_BYTES == 0 && length <= ReadAhead.RUN_CHUNKS_MAX * SLOT_BYTES;
  }

  /** Drops what is kept of a segment. */
  void forget(String owner, SegmentId id) {
    Segment segment = new Segment(owner, id);
    lock.lock();
    try {
      List.copyOf(chunks.getOrDefault(segment, Set.of()))
          .forEach(chunk -> remove(new Key(segment, chunk)));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      channel.close();
    } catch (IOException e) {
      throw new StorageException("cannot close the read cache " + file, e);
    } finally {
      lock.unlock();
    }
  }

  /** The bytes, or null when not all of them are here. */
  private byte[] get(Segment segment, long offset, int length) {
    byte[] target = new byte[length];
    for (int at = 0; at < length; at += SLOT_BYTES) {
      int wanted = Math.min(SLOT_BYTES, length - at);
      Slot slot = find(new Key(segment, (int) ((offset + at) / SLOT_BYTES)));
      if (slot == null || !load(slot, target, at, wanted)) {
        return null;
      }
    }
    return target;
  }

  /** Keeps the bytes, and gives them back. */
  private byte[] put(Segment segment, long offset, byte[] bytes) {
    for (int at = 0; at < bytes.length; at += SLOT_BYTES) {
      int length = Math.min(SLOT_BYTES, bytes.length - at);
      int number = takeSlot();
      if (number < 0) {
        return bytes;
      }
      try {
        write(number, ByteBuffer.wrap(bytes, at, length));
      } catch (IOException e) {
        // A cache that cannot be written is a smaller one.
        giveSlot(number);
        return bytes;
      }
      add(
          new Key(segment, (int) ((offset + at) / SLOT_BYTES)),
          new Slot(number, length, checksum(bytes, at, length)));
    }
    return bytes;
  }

  private void write(int number, ByteBuffer source) throws IOException {
    long position = (long) number * SLOT_BYTES;
    while (source.hasRemaining()) {
      position += open().write(source, position);
    }
  }

  private boolean load(Slot slot, byte[] target, int at, int wanted) {
    if (slot.length != wanted) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.wrap(target, at, wanted);
    long position = (long) slot.number * SLOT_BYTES;
    try {
      while (buffer.hasRemaining()) {
        int read = open().read(buffer, position);
        if (read < 0) {
          return false;
        }
        position += read;
      }
    } catch (IOException e) {
      return false;
    }
    return checksum(target, at, wanted) == slot.checksum;
  }

  /** The channel; one that an interrupted thread has closed is opened again. */
  private FileChannel open() throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw new IOException("closed");
      }
      if (!channel.isOpen()) {
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      }
      return channel;
    } finally {
      lock.unlock();
    }
  }

  private Slot find(Key key) {
    lock.lock();
    try {
      return slots.get(key);
    } finally {
      lock.unlock();
    }
  }

  /** A slot to write, or -1 when all are being written. */
  private int takeSlot() {
    lock.lock();
    try {
      if (free.isEmpty() && slotsUsed < slotsMax) {
        return slotsUsed++;
      }
      if (free.isEmpty() && !slots.isEmpty()) {
        remove(slots.keySet().iterator().next());
      }
      return free.isEmpty() ? -1 : free.pop();
    } finally {
      lock.unlock();
    }
  }

  private void giveSlot(int number) {
    lock.lock();
    try {
      free.push(number);
    } finally {
      lock.unlock();
    }
  }

  private void add(Key key, Slot slot) {
    lock.lock();
    try {
      remove(key);
      slots.put(key, slot);
      chunks.computeIfAbsent(key.segment, segment -> new TreeSet<>()).add(key.chunk);
    } finally {
      lock.unlock();
    }
  }

  private void remove(Key key) {
    Slot slot = slots.remove(key);
    if (slot == null) {
      return;
    }
    free.push(slot.number);
    Set<Integer> known = chunks.get(key.segment);
    known.remove(key.chunk);
    if (known.isEmpty()) {
      chunks.remove(key.segment);
    }
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
