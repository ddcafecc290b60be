package io.btrdb.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads single blocks of one shard's segments from a {@link SegmentStore}: resolves the ordinal by
 * the segment's directory (kept in a small bounded cache), checks magic, version, the address
 * stored in the block and its CRC32C. A block whose directory is cached costs one read.
 *
 * <p>Threads: all methods may be called from any thread; no lock is held while the store reads.
 */
public final class BlockReader {
  /** Directories kept by default: a few kilobytes each. */
  public static final int DIRECTORIES_DEFAULT = 512;

  private final SegmentStore store;
  private final int shard;
  private final int directoriesMax;
  private final ReentrantLock lock = new ReentrantLock();

  /** By segment number, least recently used first. Guarded by {@link #lock}. */
  private final Map<Long, SegmentDirectory> directories = new LinkedHashMap<>(16, 0.75f, true);

  public BlockReader(SegmentStore store, int shard) {
    this(store, shard, DIRECTORIES_DEFAULT);
  }

  /**
   * A reader with a directory cache of another size.
   *
   * @param directoriesMax how many segments' directories are kept, at least 1
   */
  public BlockReader(SegmentStore store, int shard, int directoriesMax) {
    if (directoriesMax < 1) {
      throw new IllegalArgumentException("must keep at least 1 directory, not " + directoriesMax);
    }
    this.store = store;
    this.shard = shard;
    this.directoriesMax = directoriesMax;
  }

  /**
   * Reads one block and checks it.
   *
   * @throws CorruptBlockException when the block is damaged or is not the one asked for
   * @throws MissingBlockException when its segment has no such block, or no longer
   * @throws MissingSegmentException when its segment is not there
   * @throws StorageException when the store cannot read
   */
  public Block read(BlockAddress address) {
    SegmentId id = new SegmentId(shard, address.segment());
    SegmentDirectory known = cached(address.segment());
    if (known == null) {
      return read(id, address.ordinal(), load(id));
    }
    try {
      return read(id, address.ordinal(), known);
    } catch (CorruptBlockException | MissingBlockException | IllegalArgumentException e) {
      // The segment may have been rewritten since its directory was cached, which moves its blocks.
      forget(address.segment());
      return read(id, address.ordinal(), load(id));
    }
  }

  /** Drops what is cached of a segment: it was deleted, rewritten or fetched again. */
  public void forget(long segment) {
    store.forget(new SegmentId(shard, segment));
    lock.lock();
    try {
      directories.remove(segment);
    } finally {
      lock.unlock();
    }
  }

  private Block read(SegmentId id, int ordinal, SegmentDirectory directory) {
    directory.checkPresent(id, ordinal);
    int length = directory.blockBytes(ordinal);
    byte[] bytes = store.read(id, directory.start(ordinal), length);
    return SegmentFormat.readBlock(id, ordinal, bytes, 0, length);
  }

  private SegmentDirectory cached(long segment) {
    lock.lock();
    try {
      return directories.get(segment);
    } finally {
      lock.unlock();
    }
  }

  private SegmentDirectory load(SegmentId id) {
    SegmentDirectory directory = SegmentDirectory.read(store, id).directory();
    lock.lock();
    try {
      directories.put(id.number(), directory);
      if (directories.size() > directoriesMax) {
        directories.remove(directories.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
    return directory;
  }
}
