package io.btrdb.shard;

/**
 * How much one commit may do.
 *
 * @param dirtyBytes bytes of tree blocks in one commit; it stops before the version that would pass
 *     them, but always takes at least one version
 * @param streams streams in one commit
 * @param commitBytes encoded bytes of the Commit command: it stops before the version that would
 *     come after them, so one version's root and dead blocks may lie beyond; see {@link
 *     #deadListed}
 * @param pressureBytes backlog above which the streams that free most per byte written go first
 * @param throughLog true when the segment travels as SegmentPart commands to each replica's own
 *     store; false when the caller puts it into a store that all replicas share, and syncs it,
 *     before it proposes the Commit
 */
public record MergeLimits(
    long dirtyBytes, int streams, int commitBytes, long pressureBytes, boolean throughLog) {
  /**
   * 8 MB of blocks are 16 parts of 512 KB: some tenths of a second of log, between which inserts
   * pass. 4,096 streams and 1 MB keep the Commit one ordinary entry.
   */
  public static final MergeLimits DEFAULTS =
      new MergeLimits(8L << 20, 4_096, 1 << 20, 128L << 20, true);

  /** What a commit names beside streams: the command itself, and its last stream and version. */
  private static final int COMMIT_REST_BYTES =
      64 + CommitCodec.STREAM_BYTES + RootCodec.BYTES_MAX + CommitCodec.DEAD_BYTES;

  public MergeLimits {
    if (dirtyBytes < 1 || streams < 1 || commitBytes < 1 || pressureBytes < 0) {
      throw new IllegalArgumentException(
          "limits must be positive: %d dirty bytes, %d streams, %d commit bytes, %d pressure bytes"
              .formatted(dirtyBytes, streams, commitBytes, pressureBytes));
    }
    if (commandBytesMax(commitBytes) > ShardLimits.COMMIT_COMMAND_BYTES) {
      throw new IllegalArgumentException(
          "a commit of %d bytes and its last version would not fit an entry of %d bytes"
              .formatted(commitBytes, ShardLimits.COMMIT_COMMAND_BYTES));
    }
    if (streams > ShardLimits.STREAMS_PER_COMMAND) {
      throw new IllegalArgumentException(
          "a commit names at most %d streams, not %d"
              .formatted(ShardLimits.STREAMS_PER_COMMAND, streams));
    }
  }

  /**
   * Dead blocks that the Commit names one by one for a version; one that replaced more is named by
   * a single {@link io.btrdb.tree.DeadBlock.Extent#DIFFERENCE}. A quarter of {@link #commitBytes}
   * is some 9,000 blocks at the defaults: a version of {@link ShardLimits#SEAL_POINTS} points
   * scattered over a huge stream can replace more, a delete never does.
   */
  int deadListed() {
    return Math.max(1, commitBytes / 4 / CommitCodec.DEAD_BYTES);
  }

  /** What no Commit command made within these limits exceeds, the first version's included. */
  int commandBytesMax() {
    return (int) commandBytesMax(commitBytes);
  }

  private static long commandBytesMax(int commitBytes) {
    return COMMIT_REST_BYTES + commitBytes + (long) commitBytes / 4;
  }
}
