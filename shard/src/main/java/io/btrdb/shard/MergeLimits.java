package io.btrdb.shard;

/**
 * How much one commit may do.
 *
 * @param dirtyBytes bytes of tree blocks in one commit; it stops before the version that would pass
 *     them, but always takes at least one version
 * @param streams streams in one commit
 * @param commitBytes encoded bytes of the Commit command, estimated; it must fit one log entry
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

  public MergeLimits {
    if (dirtyBytes < 1 || streams < 1 || commitBytes < 1 || pressureBytes < 0) {
      throw new IllegalArgumentException(
          "limits must be positive: %d dirty bytes, %d streams, %d commit bytes, %d pressure bytes"
              .formatted(dirtyBytes, streams, commitBytes, pressureBytes));
    }
    if (streams > ShardLimits.STREAMS_PER_COMMAND) {
      throw new IllegalArgumentException(
          "a commit names at most %d streams, not %d"
              .formatted(ShardLimits.STREAMS_PER_COMMAND, streams));
    }
  }
}
