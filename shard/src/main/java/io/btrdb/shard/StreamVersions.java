package io.btrdb.shard;

import io.btrdb.shard.Outcome.Applied;
import io.btrdb.shard.Outcome.Reason;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateStore;
import java.util.List;
import java.util.UUID;

/**
 * The verbs that make versions: insert, delete, flush and seal. The log alone decides them, so a
 * version is known when its entry is applied, long before its tree exists.
 */
final class StreamVersions {
  private final StreamTable table;
  private final StateStore state;
  private final long operationHeapBytes;
  private final Counts counts;

  StreamVersions(StreamTable table, StateStore state, long operationHeapBytes, Counts counts) {
    this.table = table;
    this.state = state;
    this.operationHeapBytes = operationHeapBytes;
    this.counts = counts;
  }

  Outcome insert(EntryContext entry, Operation.Insert insert) {
    StreamState before = table.get(insert.stream());
    if (isMissing(before)) {
      return Refusals.of(Reason.NO_SUCH_STREAM, insert);
    }
    LoggedOperation operation = LoggedOperation.insert(before.major() + 1, entry, insert);
    StreamState after = append(before, operation, entry);
    if (after.minor() >= ShardLimits.SEAL_POINTS) {
      after = seal(after);
    }
    table.replace(before, after);
    counts.pointsLogged.add(insert.points());
    return outcome(after);
  }

  /** What is pending becomes a version of its own first, so that the delete covers it. */
  Outcome delete(EntryContext entry, Operation.Delete delete) {
    StreamState before = table.get(delete.stream());
    if (isMissing(before)) {
      return Refusals.of(Reason.NO_SUCH_STREAM, delete);
    }
    StreamState sealed = before.hasPending() ? seal(before) : before;
    LoggedOperation operation = LoggedOperation.delete(sealed.major() + 1, entry, delete);
    StreamState after = seal(append(sealed, operation, entry));
    table.replace(before, after);
    return outcome(after);
  }

  Outcome flush(Operation.Flush flush) {
    StreamState before = table.get(flush.stream());
    if (isMissing(before)) {
      return Refusals.of(Reason.NO_SUCH_STREAM, flush);
    }
    if (!before.hasPending()) {
      return outcome(before);
    }
    StreamState after = seal(before);
    table.replace(before, after);
    return outcome(after);
  }

  /** Seals those of the streams that have something pending. */
  Outcome seal(List<UUID> streams) {
    int sealed = 0;
    for (UUID uuid : streams) {
      StreamState before = table.get(uuid);
      if (!isMissing(before) && before.hasPending()) {
        table.replace(before, seal(before));
        sealed++;
      }
    }
    return new Outcome.Done(sealed);
  }

  static boolean isMissing(StreamState stream) {
    return stream == null || !stream.isLive();
  }

  static Applied outcome(StreamState stream) {
    return new Applied(stream.major(), stream.minor());
  }

  private StreamState seal(StreamState stream) {
    counts.versionsSealed.add(1);
    return stream.seal();
  }

  private StreamState append(StreamState stream, LoggedOperation operation, EntryContext entry) {
    LoggedOperation kept = operation;
    if (table.heapBytes() + operation.length > operationHeapBytes) {
      // The newest goes to the store, not the oldest: the oldest are the next to be folded.
      byte[] key = StateKeys.operation(stream.uuid(), stream.operationsEnd());
      state.write(new StateBatch().put(key, operation.encode()));
      kept = operation.spilled();
      counts.operationsSpilled.add(1);
    }
    return stream.append(kept, entry.logTimeMillis());
  }
}
