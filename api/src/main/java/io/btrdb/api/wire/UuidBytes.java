package io.btrdb.api.wire;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** A stream's UUID as it stands in every message: 16 bytes in network order. */
public final class UuidBytes {
  static final int LENGTH = 16;

  private UuidBytes() {}

  public static ByteString of(UUID uuid) {
    return ByteString.copyFrom(array(uuid));
  }

  /** The UUID, or empty when it is not 16 bytes long. */
  public static Optional<UUID> parse(ByteString bytes) {
    return bytes.size() == LENGTH
        ? Optional.of(read(bytes.asReadOnlyByteBuffer()))
        : Optional.empty();
  }

  static byte[] array(UUID uuid) {
    return ByteBuffer.allocate(LENGTH)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  static UUID read(ByteBuffer bytes) {
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
