package io.btrdb.shard;

import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import io.btrdb.tree.Root;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * A shard's state that becomes another cluster's: changes what ties it to the old one. Works on the
 * stored state, before {@link Shard#open}. Used by one thread.
 */
public final class TransplantedShard {
  private TransplantedShard() {}

  /**
   * Gives the state to another cluster, which keeps the shard's range. Sessions are dropped: their
   * clients may have been told outcomes that this state does not have, so they must learn that it
   * does not know them. Nothing happens to a state that was never initialised.
   */
  public static void adopt(StateStore state, UUID cluster) {
    byte[] stored = state.get(StateKeys.shard());
    if (stored == null) {
      return;
    }
    MetaRecord meta = MetaRecord.decode(stored);
    ShardInfo old = meta.info();
    ShardInfo info =
        new ShardInfo(old.initialised(), cluster, old.firstSlot(), old.slotCount(), 1, old.level());
    StateBatch batch = new StateBatch();
    batch.put(
        StateKeys.shard(),
        new MetaRecord(
                info, meta.logTimeMillis(), meta.index(), meta.commandInEntry(), meta.sessionUses())
            .encode());
    try (StateCursor cursor =
        state.scan(StateKeys.family(StateKeys.SESSION), StateKeys.family(StateKeys.SESSION + 1))) {
      while (cursor.next()) {
        batch.delete(cursor.key());
      }
    }
    state.write(batch);
  }

  /** Numbers of all segments that a version of a stream may need. */
  public static Set<Long> segments(StateStore state) {
    byte[] stored = state.get(StateKeys.shard());
    boolean listed =
        stored != null && MetaRecord.decode(stored).info().level() >= CommandCodec.RECLAIM_LEVEL;
    return listed ? ledger(state) : ofRoots(state);
  }

  private static Set<Long> ledger(StateStore state) {
    Set<Long> numbers = new TreeSet<>();
    try (StateCursor cursor =
        state.scan(StateKeys.family(StateKeys.SEGMENT), StateKeys.family(StateKeys.SEGMENT + 1))) {
      while (cursor.next()) {
        numbers.add(StateKeys.segmentNumber(cursor.key()));
      }
    }
    return numbers;
  }

  /**
   * Below the level that keeps a list: each commit's segment holds a root of each of its streams,
   * and what else a version reaches was written by commits of the same stream, and no root of a
   * stream that lives was ever removed. So the segments of all roots are all segments.
   */
  private static Set<Long> ofRoots(StateStore state) {
    Set<Long> numbers = new TreeSet<>();
    try (StateCursor cursor =
        state.scan(StateKeys.family(StateKeys.ROOT), StateKeys.family(StateKeys.ROOT + 1))) {
      while (cursor.next()) {
        Root root = RootCodec.decode(cursor.value());
        if (!root.isEmpty()) {
          numbers.add(root.address().segment());
        }
      }
    }
    return numbers;
  }

  /** The same below that level, and those beside them that a dead block names. */
  static Set<Long> named(StateStore state) {
    Set<Long> numbers = ofRoots(state);
    try (StateCursor cursor =
        state.scan(StateKeys.family(StateKeys.DEAD), StateKeys.family(StateKeys.DEAD_TREE))) {
      while (cursor.next()) {
        numbers.add(StateKeys.deadAddress(cursor.key()).segment());
      }
    }
    try (StateCursor cursor =
        state.scan(
            StateKeys.family(StateKeys.DEAD_TREE), StateKeys.family(StateKeys.DEAD_TREE + 1))) {
      while (cursor.next()) {
        numbers.add(RootCodec.decode(cursor.value()).address().segment());
      }
    }
    return numbers;
  }

  /** Hands out every stream ever opened and whether it lives; the others are tombstones. */
  public static void streams(StateStore state, BiConsumer<UUID, Boolean> visitor) {
    try (StateCursor cursor =
        state.scan(StateKeys.family(StateKeys.STREAM), StateKeys.family(StateKeys.STREAM + 1))) {
      while (cursor.next()) {
        UUID uuid = StateKeys.uuid(cursor.key());
        visitor.accept(
            uuid, StreamRecord.decode(uuid, cursor.value()).withoutOperations().isLive());
      }
    }
  }
}
