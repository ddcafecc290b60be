package io.btrdb.api.wire;

import io.btrdb.api.v5.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * {@code v5api.RawValuesResponse} with its points as two columns.
 *
 * <pre>
 * RawValuesResponse := stat:Status#1 versionMajor:uint64#2 versionMinor:uint64#3 point:RawPoint#4*
 * </pre>
 *
 * A decoded message owns its arrays and its points are [0, size); one made with {@link #of} borrows
 * the caller's slice until it is encoded, which gRPC does inside the call that hands it over.
 */
public final class RawValuesMessage {
  /** Points a message by convention, so that messages stay far below gRPC's default of 4 MiB. */
  public static final int POINTS = 5_000;

  private static final int MAX_POINTS = 1 << 22;
  private static final int POINT = WireReader.tag(4, WireReader.BYTES);

  private final ReadHeader header;
  private final PointColumns points;

  private RawValuesMessage(ReadHeader header, PointColumns points) {
    this.header = header;
    this.points = points;
  }

  /** Points [from, to) of the columns, read at a version. */
  public static RawValuesMessage of(
      long versionMajor, long versionMinor, long[] times, double[] values, int from, int to) {
    return new RawValuesMessage(
        new ReadHeader(null, versionMajor, versionMinor),
        PointColumns.over(times, values, from, to));
  }

  /** The one message of a read that fails. */
  public static RawValuesMessage failed(Status status) {
    return new RawValuesMessage(new ReadHeader(status, 0, 0), PointColumns.growing(0));
  }

  /** The error, or empty on success. */
  public Optional<Status> status() {
    return Optional.ofNullable(header.status());
  }

  public long versionMajor() {
    return header.versionMajor();
  }

  public long versionMinor() {
    return header.versionMinor();
  }

  /** Nanoseconds since the epoch; of a decoded message, elements [0, size) count. */
  public long[] times() {
    return points.times();
  }

  public double[] values() {
    return points.values();
  }

  public int size() {
    return points.size();
  }

  /**
   * @throws IOException when the bytes are not a {@code RawValuesResponse}
   */
  public static RawValuesMessage decode(InputStream stream) throws IOException {
    WireReader in = InboundBytes.read(stream);
    ReadHeader header = ReadHeader.EMPTY;
    PointColumns points = PointColumns.growing(MAX_POINTS);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == POINT) {
        points.read(in, POINT);
      } else {
        header = header.with(tag, in);
      }
    }
    return new RawValuesMessage(header, points);
  }

  /** The message's bytes, the same that the generated class would write. */
  public byte[] encode() {
    WireWriter out = new WireWriter(header.encodedSize() + points.encodedSize());
    header.write(out);
    points.write(4, out);
    return out.finish();
  }
}
