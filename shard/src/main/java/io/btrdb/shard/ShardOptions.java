package io.btrdb.shard;

/**
 * What a deployment may choose for a shard.
 *
 * @param operationHeapBytes bytes of pending and sealed operations kept on the heap; what arrives
 *     beyond goes to the state store and is read back when it is folded. It changes no outcome, so
 *     replicas may differ.
 * @param sessionsMax sessions open at a time; one more is refused. It decides outcomes: all
 *     replicas of a shard must have the same.
 */
public record ShardOptions(long operationHeapBytes, int sessionsMax) {
  /**
   * 256 MB: a minute of a full 1 GbE link of compressed points, while the merger drains; 16,384
   * sessions: a few hundred bytes each when idle.
   */
  public static final ShardOptions DEFAULTS = new ShardOptions(256L << 20, 16_384);

  public ShardOptions {
    if (operationHeapBytes < 0) {
      throw new IllegalArgumentException("operationHeapBytes is negative: " + operationHeapBytes);
    }
    if (sessionsMax < 1) {
      throw new IllegalArgumentException("sessionsMax must be 1 or more, is " + sessionsMax);
    }
  }
}
