package io.btrdb.api.wire;

import io.btrdb.api.v5.Status;
import java.io.IOException;

/**
 * What every streamed answer starts with: {@code stat:Status#1 versionMajor:uint64#2
 * versionMinor:uint64#3}. {@code status} is null on success.
 */
record ReadHeader(Status status, long versionMajor, long versionMinor) {
  static final ReadHeader EMPTY = new ReadHeader(null, 0, 0);

  private static final int STATUS = WireReader.tag(1, WireReader.BYTES);
  private static final int MAJOR = WireReader.tag(2, WireReader.VARINT);
  private static final int MINOR = WireReader.tag(3, WireReader.VARINT);

  /** This header with the field behind {@code tag} read into it, or passed over if unknown. */
  ReadHeader with(int tag, WireReader in) throws IOException {
    if (tag == STATUS) {
      int length = in.readLength();
      Status.Builder merged = status == null ? Status.newBuilder() : status.toBuilder();
      merged.mergeFrom(in.array(), in.position(), length);
      in.advance(length);
      return new ReadHeader(merged.build(), versionMajor, versionMinor);
    } else if (tag == MAJOR) {
      return new ReadHeader(status, in.readVarint(), versionMinor);
    } else if (tag == MINOR) {
      return new ReadHeader(status, versionMajor, in.readVarint());
    }
    in.skip(tag);
    return this;
  }

  int encodedSize() {
    return (status == null ? 0 : WireWriter.bytesFieldSize(status.getSerializedSize()))
        + WireWriter.varintFieldSize(versionMajor)
        + WireWriter.varintFieldSize(versionMinor);
  }

  void write(WireWriter out) {
    if (status != null) {
      out.putBytesField(1, status.toByteArray());
    }
    out.putVarintField(2, versionMajor);
    out.putVarintField(3, versionMinor);
  }
}
