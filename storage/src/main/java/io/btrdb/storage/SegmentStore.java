package io.btrdb.storage;

import java.util.List;

/**
 * Where segments live: written once as a whole, read by range, never changed.
 *
 * <p>Threads: all methods may be called from any thread. Errors: {@link StorageException} when the
 * disk or pool fails, {@link MissingSegmentException} for an unknown segment. A store checks the
 * segment's framing but not its blocks; {@link BlockReader} does that on every read.
 */
public interface SegmentStore extends AutoCloseable {
  /**
   * Stores a segment. Idempotent: storing the same bytes again changes nothing, so that a log can
   * be replayed over a store that is ahead of it. The bytes may be lost in a crash until {@link
   * #sync}.
   *
   * @param segment all bytes of the segment, as {@link SegmentBuilder#finish} made them; not kept
   * @throws IllegalStateException when the id is taken by other bytes
   * @throws CorruptBlockException when the bytes are not framed as the segment of this id
   */
  void put(SegmentId id, byte[] segment);

  /** After this returns, every put and delete made before the call survives a crash. */
  void sync();

  boolean contains(SegmentId id);

  /** Length in bytes of a stored segment. */
  long length(SegmentId id);

  /**
   * Bytes [offset, offset + length) of a segment; the array is the caller's.
   *
   * @throws IllegalArgumentException when the segment does not have all of them
   */
  byte[] read(SegmentId id, long offset, int length);

  /**
   * Frees a segment; no error when it is not there. A crash may bring it back until {@link #sync}.
   */
  void delete(SegmentId id);

  /**
   * Drops what this store may keep of a segment in memory: it may have been rewritten or deleted
   * through another store on the same pool, and the next read must see that.
   */
  default void forget(SegmentId id) {}

  /** All segments of a shard, in order of their numbers. */
  List<SegmentId> list(int shard);

  @Override
  void close();
}
