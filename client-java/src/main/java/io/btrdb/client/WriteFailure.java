package io.btrdb.client;

import com.google.protobuf.ByteString;
import io.btrdb.codec.PointsCodec;
import java.util.UUID;

/** A batch of a {@link BufferedWriter} that failed for good, with its points. */
public final class WriteFailure {
  private final UUID stream;
  private final ByteString block;
  private final int count;
  private final BtrdbException cause;

  WriteFailure(UUID stream, ByteString block, int count, BtrdbException cause) {
    this.stream = stream;
    this.block = block;
    this.count = count;
    this.cause = cause;
  }

  public UUID stream() {
    return stream;
  }

  /** How many points the batch holds. */
  public int count() {
    return count;
  }

  /** Why, and whether the points may have been stored nevertheless. */
  public BtrdbException cause() {
    return cause;
  }

  /**
   * Copies the points, in the order they were added, into columns that hold at least {@link
   * #count()} elements.
   */
  public void copyTo(long[] times, double[] values) {
    byte[] bytes = block.toByteArray();
    PointsCodec.decode(bytes, 0, bytes.length, times, values, 0);
  }
}
