package io.btrdb.api.wire;

import java.util.UUID;

/**
 * Responses that carry an Arrow stream, written in place: the stream's bytes go straight into the
 * message.
 *
 * <pre>
 * ArrowRawValuesResponse, ArrowWindowsResponse, ArrowAlignedWindowsResponse
 *                          := versionMajor:uint64#2 versionMinor:uint64#3 arrowBytes:bytes#4
 * ArrowMultiValuesResponse := arrowBytes:bytes#2
 * SubscriptionResp         := uuid:bytes#2 arrowBytes:bytes#3
 * </pre>
 */
public final class ArrowMessage {
  private ArrowMessage() {}

  /** A stream whose size is known before it is written. */
  public interface Body {
    int size();

    /** Fills {@code into[at, at + size())}. */
    void write(byte[] into, int at);
  }

  /** An answer about one stream, read at a version. */
  public static byte[] versioned(long major, long minor, Body body) {
    ReadHeader header = new ReadHeader(null, major, minor);
    WireWriter out = new WireWriter(header.encodedSize() + WireWriter.bytesFieldSize(body.size()));
    header.write(out);
    return finish(out, 4, body);
  }

  /** An answer about several streams. */
  public static byte[] joined(Body body) {
    return finish(new WireWriter(WireWriter.bytesFieldSize(body.size())), 2, body);
  }

  /** News of one stream. */
  public static byte[] news(UUID stream, Body body) {
    byte[] uuid = UuidBytes.array(stream);
    WireWriter out =
        new WireWriter(
            WireWriter.bytesFieldSize(uuid.length) + WireWriter.bytesFieldSize(body.size()));
    out.putBytesField(2, uuid);
    return finish(out, 3, body);
  }

  private static byte[] finish(WireWriter out, int field, Body body) {
    out.putNested(field, body.size());
    body.write(out.array(), out.skip(body.size()));
    return out.finish();
  }
}
