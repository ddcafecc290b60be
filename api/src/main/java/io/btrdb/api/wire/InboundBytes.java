package io.btrdb.api.wire;

import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;

/** The bytes of one inbound message, in an array that is kept a thread. */
final class InboundBytes {
  /** Larger messages get an array of their own, so that a thread does not hold on to it. */
  private static final int KEPT_BYTES_MAX = 4 << 20;

  private static final ThreadLocal<SoftReference<byte[]>> KEPT = new ThreadLocal<>();

  private InboundBytes() {}

  /**
   * A reader over the whole stream. It shares the thread's array: finish with it before the next
   * call on this thread.
   */
  static WireReader read(InputStream in) throws IOException {
    if (!(in instanceof KnownLength)) {
      byte[] all = in.readAllBytes();
      return new WireReader(all, 0, all.length);
    }
    int size = in.available();
    byte[] array = arrayFor(size);
    if (in.readNBytes(array, 0, size) != size) {
      throw new IOException("a message of " + size + " bytes ended early");
    }
    return new WireReader(array, 0, size);
  }

  private static byte[] arrayFor(int size) {
    if (size > KEPT_BYTES_MAX) {
      return new byte[size];
    }
    SoftReference<byte[]> reference = KEPT.get();
    byte[] kept = reference == null ? null : reference.get();
    if (kept == null || kept.length < size) {
      kept =
          new byte[Math.max(4096, Math.min(KEPT_BYTES_MAX, Integer.highestOneBit(size | 1) * 2))];
      KEPT.set(new SoftReference<>(kept));
    }
    return kept;
  }
}
