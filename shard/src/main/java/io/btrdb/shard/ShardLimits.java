package io.btrdb.shard;

import io.btrdb.codec.PointsCodec;

/**
 * Limits that are part of the log's meaning: every replica of every release must agree on them, so
 * they are constants. What a deployment may choose is in {@link ShardOptions} and {@link
 * MergeLimits}.
 */
public final class ShardLimits {
  /** The version of a stream that was just created; the first that can be read. */
  public static final long FIRST_VERSION = 10;

  /** So many pending points seal a stream, those of the insert that reaches it included. */
  public static final int SEAL_POINTS = 32_768;

  /** Sequences above a session's acknowledged one that may be in use: outcomes kept for it. */
  public static final int SESSION_WINDOW = 4_096;

  /** Log time without use after which a session is forgotten. */
  public static final long SESSION_EXPIRY_MILLIS = 24L * 60 * 60 * 1000;

  /** Sessions one command may expire, so that no entry is much slower than another. */
  static final int SESSIONS_EXPIRED_PER_COMMAND = 4;

  /** Roots of one stream that one command may remove. */
  static final int ROOTS_PURGED_PER_COMMAND = 256;

  /** Encoded bytes of one SegmentPart command, so that inserts never wait long behind it. */
  public static final int PART_COMMAND_BYTES = 512 * 1024;

  /** What a SegmentPart command holds beside its bytes, at most. */
  static final int PART_OVERHEAD_BYTES = 32;

  /** Bytes of a segment in one SegmentPart. */
  public static final int PART_BYTES = PART_COMMAND_BYTES - PART_OVERHEAD_BYTES;

  /** Bytes of a segment on its way through the log, which every replica holds until its Commit. */
  public static final int STAGED_BYTES = 512 * 1024 * 1024;

  /** Bytes of blocks that one commit may carry; directory and footer fit into the rest. */
  static final int COMMIT_BLOCK_BYTES = STAGED_BYTES - (64 << 20);

  /** Parts of a segment on its way. */
  public static final int STAGED_PARTS = STAGED_BYTES / PART_BYTES;

  /** Streams in one Seal or Commit. */
  public static final int STREAMS_PER_COMMAND = 65_536;

  /** Encoded bytes of one Commit command: it is one entry, which logs take up to 4 MiB. */
  public static final int COMMIT_COMMAND_BYTES = 4 << 20;

  /** Spans of time in which one stream is read in slots only. */
  static final int REDUCED_RANGES = 256;

  /** Versions or dead blocks of one stream in one Commit. */
  static final int ITEMS_PER_STREAM = 1 << 22;

  static {
    check(PointsCodec.MAX_POINTS < Integer.MAX_VALUE - SEAL_POINTS, "minor fits an int");
    check(Integer.bitCount(SESSION_WINDOW) == 1, "the window is a ring, so a power of two");
    check(PART_BYTES > 0 && STAGED_PARTS >= 1, "a segment fits into the parts that may be staged");
  }

  private ShardLimits() {}

  private static void check(boolean holds, String law) {
    if (!holds) {
      throw new AssertionError("broken limit: " + law);
    }
  }
}
