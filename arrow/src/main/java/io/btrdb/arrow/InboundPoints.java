package io.btrdb.arrow;

import java.nio.ByteBuffer;

/**
 * Points from an IPC stream of two columns: times (timestamps of any unit, or whole nanoseconds)
 * and numbers of any kind. The stream is outside bytes: nothing of what it says is believed before
 * it is checked, and nothing is allocated before the rows are known to be there.
 */
public sealed interface InboundPoints {
  /**
   * @param times ns since the epoch; a time that does not fit is the largest or smallest long
   */
  record Points(long[] times, double[] values) implements InboundPoints {}

  /** More rows than were allowed; nothing was read. */
  record TooMany(long rows) implements InboundPoints {}

  /**
   * Reads all of a stream.
   *
   * @param limit the most rows to read
   * @throws MalformedArrowException when the bytes are not a stream of points
   */
  static InboundPoints read(ByteBuffer bytes, int limit) throws MalformedArrowException {
    return IpcMessages.guard(() -> PointsReader.read(bytes, limit));
  }
}
