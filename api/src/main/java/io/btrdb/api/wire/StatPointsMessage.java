package io.btrdb.api.wire;

import io.btrdb.api.v5.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code v5api.WindowsResponse} and {@code v5api.AlignedWindowsResponse}, which have one layout,
 * with their windows as columns.
 *
 * <pre>
 * Response  := stat:Status#1 versionMajor:uint64#2 versionMinor:uint64#3 window:StatPoint#4*
 * StatPoint := time:sfixed64#1 min:double#2 mean:double#3 max:double#4 count:fixed64#5 stddev:double#6
 * </pre>
 *
 * A decoded message owns its columns and its windows are [0, size); one made with {@link #of}
 * borrows the caller's slice until it is encoded, which gRPC does inside the call that hands it
 * over.
 */
public final class StatPointsMessage {
  /** Windows a message by convention, so that messages stay far below gRPC's default of 4 MiB. */
  public static final int POINTS = 5_000;

  private static final int MAX_POINTS = 1 << 20;
  private static final int POINT = WireReader.tag(4, WireReader.BYTES);
  private static final int TIME = WireReader.tag(1, WireReader.FIXED64);
  private static final int MIN = WireReader.tag(2, WireReader.FIXED64);
  private static final int MEAN = WireReader.tag(3, WireReader.FIXED64);
  private static final int MAX = WireReader.tag(4, WireReader.FIXED64);
  private static final int COUNT = WireReader.tag(5, WireReader.FIXED64);
  private static final int STDDEV = WireReader.tag(6, WireReader.FIXED64);

  private final ReadHeader header;
  private StatPointColumns columns;
  private final int from;
  private int to;

  private StatPointsMessage(ReadHeader header, StatPointColumns columns, int from, int to) {
    this.header = header;
    this.columns = columns;
    this.from = from;
    this.to = to;
  }

  /** Windows [from, to) of the columns, read at a version. */
  public static StatPointsMessage of(
      long versionMajor, long versionMinor, StatPointColumns columns, int from, int to) {
    Objects.checkFromToIndex(from, to, columns.capacity());
    return new StatPointsMessage(
        new ReadHeader(null, versionMajor, versionMinor), columns, from, to);
  }

  /** The one message of a read that fails. */
  public static StatPointsMessage failed(Status status) {
    return new StatPointsMessage(
        new ReadHeader(status, 0, 0), StatPointColumns.ofCapacity(0), 0, 0);
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

  /** Of a decoded message, elements [0, size) count. */
  public StatPointColumns columns() {
    return columns;
  }

  public int size() {
    return to - from;
  }

  /**
   * @throws IOException when the bytes are not such a response
   */
  public static StatPointsMessage decode(InputStream stream) throws IOException {
    WireReader in = InboundBytes.read(stream);
    ReadHeader header = ReadHeader.EMPTY;
    var points = new StatPointsMessage(header, StatPointColumns.ofCapacity(0), 0, 0);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == POINT) {
        points.read(in);
      } else {
        header = header.with(tag, in);
      }
    }
    return new StatPointsMessage(header, points.columns, 0, points.to);
  }

  private void read(WireReader in) throws IOException {
    if (to == columns.capacity()) {
      grow(in.remaining());
    }
    StatPointColumns c = columns;
    int i = to++;
    int outer = in.enter();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == TIME) {
        c.starts()[i] = in.readFixed64();
      } else if (tag == MIN) {
        c.min()[i] = in.readDouble();
      } else if (tag == MEAN) {
        c.mean()[i] = in.readDouble();
      } else if (tag == MAX) {
        c.max()[i] = in.readDouble();
      } else if (tag == COUNT) {
        c.counts()[i] = in.readFixed64();
      } else if (tag == STDDEV) {
        c.stddev()[i] = in.readDouble();
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
  }

  /** A window takes 11 bytes when it is empty, 56 when it has all its fields. */
  private void grow(int remainingBytes) throws IOException {
    if (to >= MAX_POINTS) {
      throw new IOException("a message holds more than " + MAX_POINTS + " windows");
    }
    int wanted = Math.max(1 + remainingBytes / 55, to);
    columns = columns.grownTo(Math.min(MAX_POINTS, to + Math.max(4, wanted)));
  }

  /** The message's bytes, the same that the generated class would write. */
  public byte[] encode() {
    int size = header.encodedSize() + 2 * size();
    for (int i = from; i < to; i++) {
      size += payloadSize(i);
    }
    WireWriter out = new WireWriter(size);
    header.write(out);
    for (int i = from; i < to; i++) {
      out.putNested(4, payloadSize(i));
      out.putFixedField(1, columns.starts()[i]);
      out.putFixedField(2, Double.doubleToRawLongBits(columns.min()[i]));
      out.putFixedField(3, Double.doubleToRawLongBits(columns.mean()[i]));
      out.putFixedField(4, Double.doubleToRawLongBits(columns.max()[i]));
      out.putFixedField(5, columns.counts()[i]);
      out.putFixedField(6, Double.doubleToRawLongBits(columns.stddev()[i]));
    }
    return out.finish();
  }

  private int payloadSize(int i) {
    return WireWriter.fixedFieldSize(columns.starts()[i])
        + WireWriter.fixedFieldSize(Double.doubleToRawLongBits(columns.min()[i]))
        + WireWriter.fixedFieldSize(Double.doubleToRawLongBits(columns.mean()[i]))
        + WireWriter.fixedFieldSize(Double.doubleToRawLongBits(columns.max()[i]))
        + WireWriter.fixedFieldSize(columns.counts()[i])
        + WireWriter.fixedFieldSize(Double.doubleToRawLongBits(columns.stddev()[i]));
  }
}
