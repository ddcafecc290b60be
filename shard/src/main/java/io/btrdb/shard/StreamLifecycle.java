package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.shard.Outcome.Reason;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The verbs that decide existence: open and drop. A tombstone is for ever.
 *
 * <p>What a dropped stream leaves to be reclaimed: its dead blocks as they were recorded, its
 * roots, and all blocks under the last of them, which the dead-tree record names. {@link Reclaims}
 * frees them. Below its level nobody does, and the roots are removed here, a few with every command
 * that follows, by a list that is itself state.
 */
final class StreamLifecycle {
  private static final int FORMAT = 1;

  /** Versions [next, last] of a dropped stream whose roots are still in the store. */
  private record Purge(long next, long last) {}

  private final StreamTable table;
  private final StateStore state;
  private final Reclaims reclaims;
  private final TreeMap<UUID, Purge> purges = new TreeMap<>();

  StreamLifecycle(StreamTable table, StateStore state, Reclaims reclaims) {
    this.table = table;
    this.state = state;
    this.reclaims = reclaims;
  }

  Outcome open(Operation.Open open) {
    StreamState before = table.get(open.stream());
    if (before == null) {
      StreamState created = StreamState.created(open.stream());
      table.replace(null, created);
      return StreamVersions.outcome(created);
    }
    return before.isLive() ? StreamVersions.outcome(before) : Refusals.of(Reason.REUSED_UUID, open);
  }

  /** A UUID that was never opened is dropped too: its Open may still be on its way. */
  Outcome drop(Operation.Drop drop) {
    StreamState before = table.get(drop.stream());
    StreamState after = StreamState.tombstone(drop.stream());
    if (before == null || before.isLive()) {
      if (before != null) {
        bury(before);
      }
      table.replace(before, after);
    }
    return StreamVersions.outcome(after);
  }

  private void bury(StreamState stream) {
    UUID uuid = stream.uuid();
    StateBatch batch = new StateBatch();
    StreamTable.removeOperations(stream, stream.backlog().size(), batch);
    if (!stream.root().isEmpty()) {
      batch.put(StateKeys.deadTree(uuid), RootCodec.encode(stream.root()));
    }
    if (reclaims.isActive()) {
      reclaims.begin(uuid);
    } else if (stream.materialised() > ShardLimits.FIRST_VERSION) {
      Purge purge = new Purge(ShardLimits.FIRST_VERSION + 1, stream.materialised());
      purges.put(uuid, purge);
      batch.put(StateKeys.purge(uuid), encode(purge));
    }
    if (!batch.isEmpty()) {
      state.write(batch);
    }
  }

  /** Removes a few roots of dropped streams. */
  void purge() {
    if (purges.isEmpty()) {
      return;
    }
    UUID uuid = purges.firstKey();
    Purge purge = purges.get(uuid);
    long end = Math.min(purge.last() + 1, purge.next() + ShardLimits.ROOTS_PURGED_PER_COMMAND);
    StateBatch batch = new StateBatch();
    for (long version = purge.next(); version < end; version++) {
      batch.delete(StateKeys.root(uuid, version));
    }
    if (end > purge.last()) {
      purges.remove(uuid);
      batch.delete(StateKeys.purge(uuid));
    } else {
      Purge rest = new Purge(end, purge.last());
      purges.put(uuid, rest);
      batch.put(StateKeys.purge(uuid), encode(rest));
    }
    state.write(batch);
  }

  void load() {
    try (StateCursor cursor =
        state.scan(StateKeys.family(StateKeys.PURGE), StateKeys.family(StateKeys.PURGE + 1))) {
      while (cursor.next()) {
        ByteReader in = new ByteReader(cursor.value());
        StateKeys.checkFormat("purge", in.readByte(), FORMAT);
        purges.put(StateKeys.uuid(cursor.key()), new Purge(in.readVarint(), in.readVarint()));
      }
    }
  }

  private static byte[] encode(Purge purge) {
    ByteWriter out = new ByteWriter(16);
    out.putByte(FORMAT);
    out.putVarint(purge.next());
    out.putVarint(purge.last());
    return out.toByteArray();
  }
}
