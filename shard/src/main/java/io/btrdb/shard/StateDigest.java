package io.btrdb.shard;

import io.btrdb.codec.ByteWriter;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over all keys and values of a shard's state, in their order. */
final class StateDigest {
  private StateDigest() {}

  static byte[] of(StateStore state) {
    MessageDigest digest = sha256();
    ByteWriter lengths = new ByteWriter(8);
    try (StateCursor cursor = state.scan(StateKeys.family(0), StateKeys.end())) {
      while (cursor.next()) {
        byte[] key = cursor.key();
        byte[] value = cursor.value();
        lengths.truncate(0);
        lengths.putInt(key.length);
        lengths.putInt(value.length);
        digest.update(lengths.array(), 0, lengths.size());
        digest.update(key);
        digest.update(value);
      }
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
