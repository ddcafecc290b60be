package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;

/** How a write ended. */
public sealed interface WriteResult {
  /** It is in the log of a majority and took effect. */
  record Applied(long major, long minor) implements WriteResult {}

  /**
   * It did not take effect, or with {@code unknown} it may have: repeat it with the same sequence
   * to learn which.
   *
   * @param sessionLost the shard does not know the session: open a new one
   * @param retryAfterMillis hint when to come back, 0 for none
   */
  record Failed(
      ErrorCode code, String message, boolean unknown, boolean sessionLost, int retryAfterMillis)
      implements WriteResult {
    public static Failed of(ErrorCode code, String message) {
      return new Failed(code, message, false, false, 0);
    }
  }
}
