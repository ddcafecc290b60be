package io.btrdb.api.wire;

import java.util.UUID;

/**
 * {@code v5api.SubscriptionPoints} from two columns.
 *
 * <pre>
 * SubscriptionPoints := point:RawPoint#2* uuid:bytes#3
 * </pre>
 */
public final class PointNews {
  private static final int POINTS = 2;
  private static final int UUID_FIELD = 3;

  private PointNews() {}

  /** The first {@code size} points of the columns, as news of a stream. */
  public static byte[] encode(UUID stream, long[] times, double[] values, int size) {
    PointColumns points = PointColumns.over(times, values, 0, size);
    byte[] uuid = UuidBytes.array(stream);
    WireWriter out = new WireWriter(points.encodedSize() + WireWriter.bytesFieldSize(uuid.length));
    points.write(POINTS, out);
    out.putBytesField(UUID_FIELD, uuid);
    return out.finish();
  }
}
