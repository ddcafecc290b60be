package io.btrdb.shard;

import io.btrdb.tree.DeadBlock;
import java.util.List;
import java.util.UUID;

/** An entry of a shard's log. Encoded by {@link CommandCodec}. */
public sealed interface Command {
  /** The first entry of every group: it knows itself. A second Init is ignored. */
  record Init(UUID cluster, int shard, int firstSlot, int slotCount, long epoch)
      implements Command {}

  /** A placement epoch above the last; lower ones are ignored. */
  record Epoch(long epoch) implements Command {}

  /** New kinds of entries may be proposed from here on; never lowered. */
  record Activate(int level) implements Command {}

  /** Opens a session of exactly-once requests, or renews it. */
  record OpenSession(UUID session) implements Command {}

  /**
   * A client's operation, exactly once per (session, sequence).
   *
   * @param session opened before; the nil UUID only for Open and Drop, which are idempotent
   * @param sequence 1 or more, unique in the session; entries may arrive in any order
   * @param acknowledgedThrough the client has all outcomes up to here and will not ask again
   */
  record Write(UUID session, long sequence, long acknowledgedThrough, Operation operation)
      implements Command {}

  /** The leader seals streams whose pending points are old or many bytes. */
  record Seal(List<UUID> streams) implements Command {}

  /** A piece of a segment on its way to every replica, in the local store; parts count from 0. */
  record SegmentPart(long segment, int part, byte[] bytes) implements Command {}

  /**
   * Materialised versions.
   *
   * @param segment the new segment's number
   * @param parts how many SegmentParts make it up; 0 when it was written to a shared pool
   * @param length bytes of the whole segment, 0 when it has no block
   * @param crc32c of the whole segment
   */
  record Commit(long segment, int parts, int length, int crc32c, List<StreamCommit> streams)
      implements Command {}

  /** The leader gives up old versions of streams, as the default retention says. */
  record Retire(List<Retirement> streams) implements Command {}

  /** Versions below {@code oldest} cannot be read any more. */
  record Retirement(UUID stream, long oldest) {}

  /**
   * Dead blocks that no readable version reaches are free.
   *
   * @param streams each applies alone, or not when its dead list is another by now
   * @param segments all in which something is freed, as they were written
   */
  record Free(List<FreedStream> streams, List<Written> segments) implements Command {}

  /**
   * Of one stream.
   *
   * @param freed the first entries of its dead list
   * @param below entries that take their place: what a subtree or a difference consists of; with
   *     nothing freed, a dropped stream's last tree
   */
  record FreedStream(UUID stream, List<Freed> freed, List<DeadBlock> below) {}

  /** An entry of a dead list; {@code bytes} of the block at its address, 0 of a difference. */
  record Freed(DeadBlock block, int bytes) {}

  /** A segment of so many ordinals and bytes. */
  record Written(long segment, int blocks, long bytes) {}

  /** Segments that every replica rewrites without their freed blocks. */
  record Rewrite(List<Generation> segments) implements Command {}

  /** The generation that a segment gets, one above the present one. */
  record Generation(long segment, int generation) {}
}
