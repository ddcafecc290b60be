package io.btrdb.catalog;

import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateStore;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The changes of one command: sees its own writes, and takes effect as one batch. */
final class StateEdit {
  private final StateStore state;
  private final Map<byte[], Optional<byte[]>> changes = new TreeMap<>(Arrays::compareUnsigned);

  StateEdit(StateStore state) {
    this.state = state;
  }

  /** Null when absent. */
  byte[] get(byte[] key) {
    Optional<byte[]> changed = changes.get(key);
    return changed == null ? state.get(key) : changed.orElse(null);
  }

  void put(byte[] key, byte[] value) {
    changes.put(key, Optional.of(value));
  }

  /** The row must be there: a missing one means that the indexes have come apart. */
  void delete(byte[] key) {
    if (get(key) == null) {
      throw StateKeys.corrupt(key, null);
    }
    changes.put(key, Optional.empty());
  }

  /** Adds to a counter; one that reaches 0 has no row. */
  void add(byte[] key, int delta) {
    byte[] value = get(key);
    long count = (value == null ? 0 : RowCodec.count(key, value)) + delta;
    if (count < 0) {
      throw StateKeys.corrupt(key, null);
    }
    changes.put(key, count == 0 ? Optional.empty() : Optional.of(RowCodec.encode(count)));
  }

  void commit() {
    if (changes.isEmpty()) {
      return;
    }
    StateBatch batch = new StateBatch();
    changes.forEach(
        (key, value) ->
            value.ifPresentOrElse(bytes -> batch.put(key, bytes), () -> batch.delete(key)));
    state.write(batch);
  }
}
