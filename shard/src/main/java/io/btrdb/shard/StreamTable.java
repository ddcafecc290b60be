package io.btrdb.shard;

import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * All streams of a shard, their published snapshots and the accounts over them. Changed by the
 * apply thread; the maps are read by any, as far as their owner's kind of map allows.
 */
final class StreamTable {
  /**
   * Operations written ahead of the rest are grouped up to here, to keep a batch's memory small.
   */
  private static final long BATCH_BYTES = 8L << 20;

  private final Map<UUID, StreamState> streams;

  /** Streams that have something pending; values are beside the point. */
  private final Map<UUID, StreamState> pending;

  /** Streams that have sealed versions without a root. */
  private final Map<UUID, StreamState> sealed;

  private final StateStore state;
  private final Set<UUID> dirty = new HashSet<>();
  private final Tally backlogBytes = new Tally();
  private final Tally pendingBytes = new Tally();
  private final Tally pendingPoints = new Tally();
  private final Tally sealedVersions = new Tally();
  private final Tally heapBytes = new Tally();

  StreamTable(Supplier<Map<UUID, StreamState>> maps, StateStore state) {
    this.streams = maps.get();
    this.pending = maps.get();
    this.sealed = maps.get();
    this.state = state;
    if (!streams.isEmpty() || !pending.isEmpty() || !sealed.isEmpty() || streams == pending) {
      throw new IllegalArgumentException("a shard needs three new, empty maps");
    }
  }

  /** The newest snapshot, a tombstone's too; null when the UUID was never opened. */
  StreamState get(UUID uuid) {
    return streams.get(uuid);
  }

  Set<UUID> all() {
    return streams.keySet();
  }

  Set<UUID> withPending() {
    return pending.keySet();
  }

  Set<UUID> withSealed() {
    return sealed.keySet();
  }

  long backlogBytes() {
    return backlogBytes.get();
  }

  long pendingBytes() {
    return pendingBytes.get();
  }

  long pendingPoints() {
    return pendingPoints.get();
  }

  long sealedVersions() {
    return sealedVersions.get();
  }

  long heapBytes() {
    return heapBytes.get();
  }

  /** Publishes {@code after} in place of {@code before}, which is null for a new stream. */
  void replace(StreamState before, StreamState after) {
    publish(before, after);
    dirty.add(after.uuid());
  }

  private void publish(StreamState before, StreamState after) {
    UUID uuid = after.uuid();
    streams.put(uuid, after);
    if (before != null) {
      count(before, -1);
    }
    count(after, 1);
    mark(pending, before != null && before.hasPending(), after.hasPending(), after);
    mark(sealed, before != null && before.sealedVersions() > 0, after.sealedVersions() > 0, after);
  }

  private static void mark(
      Map<UUID, StreamState> index, boolean before, boolean after, StreamState stream) {
    if (after && !before) {
      index.put(stream.uuid(), stream);
    } else if (before && !after) {
      index.remove(stream.uuid());
    }
  }

  private void count(StreamState stream, int sign) {
    if (stream.isIdle()) {
      return;
    }
    backlogBytes.add(sign * stream.backlogBytes());
    pendingBytes.add(sign * stream.pendingBytes());
    pendingPoints.add(sign * stream.minor());
    sealedVersions.add(sign * stream.sealedVersions());
    heapBytes.add(sign * stream.backlog().heapBytes());
  }

  /** Writes the operations the store lacks, then adds the changed streams to the batch. */
  void write(StateBatch batch) {
    StateBatch operations = new StateBatch();
    for (UUID uuid : dirty) {
      StreamState stream = streams.get(uuid);
      batch.put(StateKeys.stream(uuid), StreamRecord.encode(stream));
      Backlog backlog = stream.backlog();
      // What is stored is a prefix, but for what was spilled in between.
      for (int i = 0; i < backlog.size(); i++) {
        LoggedOperation operation = backlog.get(i);
        if (!operation.stored) {
          operations.put(
              StateKeys.operation(uuid, stream.operationsBefore() + i), operation.encode());
          operation.stored = true;
        }
        if (operations.sizeBytes() >= BATCH_BYTES) {
          state.write(operations);
          operations = new StateBatch();
        }
      }
    }
    dirty.clear();
    for (StateBatch.Change change : operations.changes()) {
      batch.put(change.key(), change.value());
    }
  }

  /** Adds the removal of the stream's first {@code count} operations, as far as they are stored. */
  static void removeOperations(StreamState stream, int count, StateBatch batch) {
    for (int i = 0; i < count; i++) {
      if (stream.backlog().get(i).stored) {
        batch.delete(StateKeys.operation(stream.uuid(), stream.operationsBefore() + i));
      }
    }
  }

  /** Reads all streams; bodies of operations stay in the store once the heap budget is used up. */
  void load(long operationHeapBytes) {
    try (StateCursor cursor =
        state.scan(StateKeys.family(StateKeys.STREAM), StateKeys.family(StateKeys.STREAM + 1))) {
      while (cursor.next()) {
        UUID uuid = StateKeys.uuid(cursor.key());
        StreamRecord record = StreamRecord.decode(uuid, cursor.value());
        publish(null, withOperations(record, operationHeapBytes));
      }
    }
  }

  private StreamState withOperations(StreamRecord record, long operationHeapBytes) {
    StreamState stream = record.withoutOperations();
    if (record.operations() == 0) {
      return stream;
    }
    Backlog backlog = Backlog.EMPTY;
    boolean sealing = true;
    byte[] from = StateKeys.operation(stream.uuid(), stream.operationsBefore());
    byte[] to = StateKeys.operation(stream.uuid(), stream.operationsBefore() + record.operations());
    try (StateCursor cursor = state.scan(from, to)) {
      while (cursor.next()) {
        LoggedOperation operation = LoggedOperation.decode(cursor.value());
        if (heapBytes() + backlog.heapBytes() + operation.length > operationHeapBytes) {
          operation = operation.spilled();
        }
        if (sealing && operation.version > stream.major()) {
          backlog = backlog.seal();
          sealing = false;
        }
        backlog = backlog.append(operation, record.pendingSinceMillis());
      }
    }
    if (sealing) {
      backlog = backlog.seal();
    }
    if (backlog.size() != record.operations()) {
      throw new MalformedBytesException(
          "stream %s should have %d operations in the state store, it has %d"
              .formatted(stream.uuid(), record.operations(), backlog.size()));
    }
    return new StreamState(
        stream.uuid(),
        stream.major(),
        stream.materialised(),
        stream.root(),
        stream.throughIndex(),
        stream.operationsBefore(),
        backlog,
        stream.retention());
  }
}
