package io.btrdb.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Streams that are a schema and nothing else. */
final class SchemaOnly {
  private SchemaOnly() {}

  static byte[] stream(ArrowSchema schema) {
    byte[] message = SchemaMessage.encode(schema);
    int padded = (message.length + 7) & -8;
    return ByteBuffer.allocate(8 + padded)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(-1)
        .putInt(padded)
        .put(message)
        .array();
  }
}
