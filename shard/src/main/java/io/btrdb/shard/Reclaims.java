package io.btrdb.shard;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateCursor;
import io.btrdb.storage.StateStore;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.DeadBlock.Extent;
import io.btrdb.tree.Root;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * Applies Free and Rewrite: takes blocks that no readable version reaches off the list of the dead
 * and marks them as free in their segments.
 *
 * <p>A Free names, for each of its streams, the first entries of its dead list, all of which died
 * in or before the oldest version that can be read; else it is a no-op for that stream. So no
 * readable version lies in the span of anything that is freed, nothing is freed twice, and what
 * died earlier goes first: whoever works out a {@link Extent#DIFFERENCE} finds both of its trees
 * whole. Roots follow once nobody needs them for that. A dropped stream has no readable version;
 * when its list is empty its last tree is put on it.
 */
final class Reclaims {
  /** The death of a dropped stream's last tree: after all its versions. */
  static final long DROPPED = Long.MAX_VALUE - 1;

  static final long NEVER = Long.MAX_VALUE;

  private static final byte[] TODO = {1};

  private final StreamTable table;
  private final StateStore state;
  private final SegmentLedger ledger;
  private final DeadList dead;
  private final IntSupplier level;
  private final Counts counts;

  Reclaims(
      StreamTable table, StateStore state, SegmentLedger ledger, IntSupplier level, Counts counts) {
    this.table = table;
    this.state = state;
    this.ledger = ledger;
    this.dead = new DeadList(state);
    this.level = level;
    this.counts = counts;
  }

  boolean isActive() {
    return level.getAsInt() >= CommandCodec.RECLAIM_LEVEL;
  }

  /** The stream has given something up: a leader will look for what can be freed. */
  void begin(UUID stream) {
    state.write(new StateBatch().put(StateKeys.reclaim(stream), TODO));
  }

  /**
   * Takes up what was written and dropped before the level was active: every segment that a root or
   * a dead block names, and every dropped stream.
   */
  void activate() {
    StateBatch batch = new StateBatch();
    for (long segment : TransplantedShard.named(state)) {
      ledger.add(segment, 0, batch);
    }
    for (UUID uuid : table.all()) {
      if (!table.get(uuid).isLive()) {
        batch.put(StateKeys.reclaim(uuid), TODO);
      }
    }
    state.write(batch);
  }

  Outcome rewrite(EntryContext entry, Command.Rewrite rewrite) {
    SegmentLedger.Changes changes = ledger.new Changes(entry.index());
    int rewritten = 0;
    for (Command.Generation each : rewrite.segments()) {
      SegmentRecord record = changes.get(each.segment());
      if (record != null
          && each.generation() == record.generation() + 1
          && !record.freed().equals(record.removed())) {
        changes.rewrite(each.segment(), record);
        rewritten++;
      }
    }
    StateBatch batch = new StateBatch();
    changes.write(batch);
    state.write(batch);
    counts.segmentsRewritten.add(rewritten);
    return new Outcome.Done(rewritten);
  }

  Outcome free(EntryContext entry, Command.Free free) {
    SegmentLedger.Changes changes = ledger.new Changes(entry.index());
    for (Command.Written each : free.segments()) {
      SegmentRecord record = changes.get(each.segment());
      if (record != null) {
        changes.put(each.segment(), record.withBlocks(each.blocks(), each.bytes()));
      }
    }
    StateBatch batch = new StateBatch();
    Set<UUID> seen = new HashSet<>();
    int applied = 0;
    for (Command.FreedStream each : free.streams()) {
      if (seen.add(each.stream()) && isCurrent(each, changes)) {
        apply(each, changes, batch);
        applied++;
      }
    }
    if (applied == 0) {
      return new Outcome.Ignored("dead blocks of all its streams are others by now");
    }
    changes.write(batch);
    state.write(batch);
    return new Outcome.Done(applied);
  }

  private boolean isCurrent(Command.FreedStream free, SegmentLedger.Changes changes) {
    StreamState stream = table.get(free.stream());
    if (stream == null) {
      return false;
    }
    List<DeadBlock> entries = free.freed().stream().map(Command.Freed::block).toList();
    if (!dead.first(free.stream(), entries.size()).equals(entries)) {
      return false;
    }
    if (!entries.isEmpty() && entries.getLast().died() > limit(stream)) {
      return false;
    }
    for (DeadBlock each : entries) {
      SegmentRecord record = changes.get(each.address().segment());
      if (each.extent() != Extent.DIFFERENCE
          && record != null
          && record.freed().get(each.address().ordinal())) {
        return false;
      }
    }
    return entries.isEmpty()
        ? free.below().isEmpty() || isLastTree(free, stream)
        : comesOfEntries(free.below(), entries);
  }

  /** What is put on the list died when something died that stood for it. */
  private static boolean comesOfEntries(List<DeadBlock> below, List<DeadBlock> entries) {
    Set<Long> deaths =
        entries.stream()
            .filter(each -> each.extent() != Extent.BLOCK)
            .map(DeadBlock::died)
            .collect(Collectors.toSet());
    return below.stream().allMatch(each -> deaths.contains(each.died()));
  }

  private boolean isLastTree(Command.FreedStream free, StreamState stream) {
    Root last = deadTree(free.stream());
    DeadBlock tree = free.below().getFirst();
    return !stream.isLive()
        && free.below().size() == 1
        && last != null
        && last.address().equals(tree.address())
        && tree.died() == DROPPED
        && tree.extent() != Extent.DIFFERENCE
        && dead.first(free.stream(), 1).isEmpty();
  }

  private void apply(Command.FreedStream free, SegmentLedger.Changes changes, StateBatch batch) {
    UUID uuid = free.stream();
    for (Command.Freed each : free.freed()) {
      DeadList.remove(uuid, each.block(), batch);
      if (each.block().extent() != Extent.DIFFERENCE) {
        release(each.block().address(), each.bytes(), changes);
      }
    }
    free.below().forEach(each -> DeadList.put(uuid, each, batch));
    boolean lastTree = free.freed().isEmpty() && !free.below().isEmpty();
    if (lastTree) {
      batch.delete(StateKeys.deadTree(uuid));
    }
    StreamState stream = table.get(uuid);
    long nextDeath = nextDeath(free);
    boolean rootsLeft = removeRoots(stream, nextDeath, batch);
    boolean treeLeft = !stream.isLive() && !lastTree && deadTree(uuid) != null;
    if (nextDeath > limit(stream) && !rootsLeft && !treeLeft && !mayLoseMore(stream)) {
      batch.delete(StateKeys.reclaim(uuid));
    }
  }

  /**
   * Versions that have no root yet are given up already: what dies in them can be freed at once.
   */
  static boolean mayLoseMore(StreamState stream) {
    return stream.isLive() && stream.oldest() > stream.materialised();
  }

  private void release(BlockAddress address, long bytes, SegmentLedger.Changes changes) {
    SegmentRecord record = changes.get(address.segment());
    if (record != null) {
      changes.put(address.segment(), record.free(address.ordinal(), bytes));
      counts.blocksFreed.add(1);
      counts.bytesFreed.add(bytes);
    }
  }

  /** When the first entry died that is left once this is applied; NEVER when none is. */
  private long nextDeath(Command.FreedStream free) {
    int consumed = free.freed().size();
    List<DeadBlock> first = dead.first(free.stream(), consumed + 1);
    long next = first.size() > consumed ? first.getLast().died() : NEVER;
    for (DeadBlock each : free.below()) {
      next = Math.min(next, each.died());
    }
    return next;
  }

  /**
   * Removes a few of the roots that no read and no difference needs. True when there are more.
   *
   * @param nextDeath of the stream's first dead block, whose version and the one before it may have
   *     to be compared
   */
  private boolean removeRoots(StreamState stream, long nextDeath, StateBatch batch) {
    int removed = 0;
    try (StateCursor cursor = spareRoots(state, stream, nextDeath)) {
      while (cursor.next()) {
        if (removed == ShardLimits.ROOTS_PURGED_PER_COMMAND) {
          return true;
        }
        batch.delete(cursor.key());
        removed++;
      }
    }
    return false;
  }

  static StateCursor spareRoots(StateStore state, StreamState stream, long nextDeath) {
    long end = nextDeath - 1;
    if (stream.isLive()) {
      end = Math.min(end, Math.min(stream.oldest(), stream.materialised()));
    }
    return state.scan(StateKeys.root(stream.uuid(), 0), StateKeys.root(stream.uuid(), end));
  }

  private Root deadTree(UUID uuid) {
    byte[] value = state.get(StateKeys.deadTree(uuid));
    return value == null ? null : RootCodec.decode(value);
  }

  /** What died in or before this version is not needed by a readable one. */
  private static long limit(StreamState stream) {
    return stream.isLive() ? stream.oldest() : DROPPED;
  }
}
