package io.btrdb.storage;

import java.util.List;

/**
 * Where segments live: written as a whole, read by range, never changed in place. A segment may be
 * replaced by a later generation of itself ({@link SegmentRewriter}), which holds fewer blocks.
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
   * @throws IllegalStateException when the id is taken by other bytes of this generation
   * @throws CorruptBlockException when the bytes are not framed as the segment of this id
   */
  void put(SegmentId id, byte[] segment);

  /**
   * Puts another generation of a segment in the place of the one that is stored, or of none.
   * Idempotent. A reader beside it finds the old bytes or the new ones, each read on its own; a
   * crash leaves the old segment or the new one whole, and either until {@link #sync}. The space of
   * the old one is free some time after. A store of objects can write the new generation as an
   * object of its own, switch its readers over, and delete the old object last; on opening it takes
   * the highest generation that is whole.
   *
   * <p>{@link #put} does the same when a later generation than the one it is given is stored: a log
   * is then replayed over a store that is ahead, and its segment is the one with more blocks.
   *
   * @param segment all bytes of the segment; not kept
   * @return false when this store keeps segments as they were put, and nothing was changed: their
   *     space is then free only when they are deleted
   * @throws IllegalStateException when other bytes of the same generation are stored
   * @throws CorruptBlockException when the bytes are not framed as the segment of this id
   */
  default boolean replace(SegmentId id, byte[] segment) {
    return false;
  }

  /**
   * After this returns, every put, replacement and delete made before the call survives a crash.
   */
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
