package io.btrdb.node.backup;

import io.btrdb.catalog.Lifecycle;
import io.btrdb.codec.StreamHash;
import io.btrdb.placement.ShardRange;
import io.btrdb.shard.Command;
import io.btrdb.shard.CommandCodec;
import io.btrdb.shard.EntryContext;
import io.btrdb.shard.Operation;
import io.btrdb.shard.Outcome;
import io.btrdb.shard.Shard;
import io.btrdb.shard.ShardOptions;
import io.btrdb.shard.StreamState;
import io.btrdb.shard.TransplantedShard;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StateStore;
import io.btrdb.storage.local.LocalStateVault;
import io.btrdb.tree.NodeCache;
import io.btrdb.tree.Tree;
import io.btrdb.tree.TreeShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A shard of a cluster that is being made. What is changed in it goes through the shard's own
 * commands, as one more entry of its log.
 */
final class SeededShard {
  private final ShardRange range;
  private final LocalStateVault vault;
  private final StateStore state;
  private final Shard shard;
  private final LogPosition position;
  private int commands;

  private SeededShard(
      ShardRange range, LocalStateVault vault, StateStore state, Shard shard, LogPosition at) {
    this.range = range;
    this.vault = vault;
    this.state = state;
    this.shard = shard;
    this.position = next(at);
  }

  /**
   * Takes over a vault, which holds the source's state or nothing; it stays the caller's to close.
   *
   * @param at position of that state
   */
  static SeededShard open(ShardRange range, LocalStateVault vault, LogPosition at, UUID cluster) {
    StateStore state = vault.restore();
    TransplantedShard.adopt(state, cluster);
    Shard shard = machine(range.shard(), state, new InMemorySegmentStore());
    SeededShard seeded = new SeededShard(range, vault, state, shard, at);
    if (!shard.info().initialised()) {
      seeded.apply(
          new Command.Init(cluster, range.shard(), range.firstSlot(), range.slotCount(), 1));
    }
    if (shard.info().firstSlot() != range.firstSlot()
        || shard.info().slotCount() != range.slotCount()) {
      throw new SeedException("the state of shard " + range.shard() + " is of other slots");
    }
    return seeded;
  }

  /** The state machine on a stored state; its trees are never read. */
  static Shard machine(int number, StateStore state, SegmentStore segments) {
    return Shard.open(
        ShardOptions.DEFAULTS,
        number,
        state,
        segments,
        new Tree(TreeShape.STANDARD, number, new BlockReader(segments, number), NodeCache.NONE),
        HashMap::new);
  }

  /** Where the changes come to lie: the entry behind, in a term that a log may have. */
  static LogPosition next(LogPosition at) {
    return new LogPosition(Math.max(1, at.term()), at.index() + 1);
  }

  /** Numbers of the segments that the state needs. */
  Set<Long> segments() {
    return TransplantedShard.segments(state);
  }

  /**
   * What was changed to make shard and catalog agree.
   *
   * @param opened streams that the catalog shows and this state did not know yet
   * @param dropped streams that the catalog has obliterated and this state still had
   * @param buried streams that this state has dropped and the catalog still showed
   * @param found streams of which the catalog knew nothing
   */
  record Agreement(long opened, long dropped, long buried, List<UUID> found) {}

  /**
   * Makes shard and catalog agree on which streams there are, whichever of the two is older:
   * obliterated anywhere is obliterated, and what exists anywhere else exists. What has begun and
   * not ended is left to the catalog's leader, which drives it to its end.
   */
  Agreement agree(SeededCatalog catalog) {
    List<UUID> open = new ArrayList<>();
    List<UUID> drop = new ArrayList<>();
    List<UUID> bury = new ArrayList<>();
    catalog.forEach(
        (uuid, lifecycle) -> {
          if (range.holds(StreamHash.slot(uuid))) {
            StreamState stream = shard.stream(uuid);
            if (lifecycle == Lifecycle.ACTIVE && stream == null) {
              open.add(uuid);
            } else if (lifecycle == Lifecycle.ACTIVE && !stream.isLive()) {
              bury.add(uuid);
            } else if (lifecycle == Lifecycle.BURIED && stream != null && stream.isLive()) {
              drop.add(uuid);
            }
          }
        });
    List<UUID> found = new ArrayList<>();
    TransplantedShard.streams(
        state,
        (uuid, live) -> {
          if (live && catalog.lifecycle(uuid) == null) {
            found.add(uuid);
          }
        });
    open.forEach(uuid -> apply(unsequenced(new Operation.Open(uuid))));
    drop.forEach(uuid -> apply(unsequenced(new Operation.Drop(uuid))));
    bury.forEach(catalog::bury);
    found.forEach(catalog::find);
    return new Agreement(open.size(), drop.size(), bury.size(), List.copyOf(found));
  }

  private static Command unsequenced(Operation operation) {
    return new Command.Write(Shard.NO_SESSION, 0, 0, operation);
  }

  private void apply(Command command) {
    byte[] bytes = CommandCodec.encode(command);
    EntryContext entry =
        new EntryContext(
            position.term(), position.index(), commands++, position.term(), shard.logTimeMillis());
    Outcome outcome = shard.apply(entry, bytes, 0, bytes.length);
    if (outcome instanceof Outcome.Refused || outcome instanceof Outcome.Ignored) {
      throw new IllegalStateException(command + " came to " + outcome);
    }
  }

  /** Makes what was changed the vault's newest checkpoint. */
  LogPosition checkpoint() {
    shard.writeState();
    vault.checkpoint(position);
    return position;
  }

  long logTimeMillis() {
    return shard.logTimeMillis();
  }
}
