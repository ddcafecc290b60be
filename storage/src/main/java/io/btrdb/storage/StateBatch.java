package io.btrdb.storage;

import java.util.ArrayList;
import java.util.List;

/** Puts and deletes that take effect together, in the order they were added. Used by one thread. */
public final class StateBatch {
  /** One change; a null value deletes the key. */
  public record Change(byte[] key, byte[] value) {}

  private final List<Change> changes = new ArrayList<>();
  private long sizeBytes;

  /** The arrays are kept, not copied. */
  public StateBatch put(byte[] key, byte[] value) {
    if (value == null) {
      throw new IllegalArgumentException("a put needs a value");
    }
    changes.add(new Change(key, value));
    sizeBytes += key.length + value.length;
    return this;
  }

  public StateBatch delete(byte[] key) {
    changes.add(new Change(key, null));
    sizeBytes += key.length;
    return this;
  }

  public List<Change> changes() {
    return changes;
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  public long sizeBytes() {
    return sizeBytes;
  }
}
