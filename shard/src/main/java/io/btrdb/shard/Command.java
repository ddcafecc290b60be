package io.btrdb.shard;

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
   * @param length bytes of the whole segment
   * @param crc32c of the whole segment
   */
  record Commit(long segment, int parts, int length, int crc32c, List<StreamCommit> streams)
      implements Command {}
}
