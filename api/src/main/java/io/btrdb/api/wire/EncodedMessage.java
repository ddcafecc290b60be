package io.btrdb.api.wire;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A finished message of known length, which gRPC takes over in one write. */
final class EncodedMessage extends ByteArrayInputStream implements KnownLength, Drainable {
  EncodedMessage(byte[] bytes) {
    super(bytes);
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int drained = available();
    target.write(buf, pos, drained);
    pos += drained;
    return drained;
  }
}
