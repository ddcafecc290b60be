package io.btrdb.shard;

import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateStore;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.Root;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Applies Commits: sets the roots of sealed versions and drops the operations in them.
 *
 * <p>A fold is only worth something on top of the state it began from. Raft alone does not see to
 * that: a leader that was deposed and elected again could submit what it folded before. Hence the
 * guards: the entry's term, the proposer's and the segment's are one, and each stream's base
 * version, base root and range of operations are the current ones.
 */
final class Commits {
  private final int shardId;
  private final StreamTable table;
  private final StagedSegment staged;
  private final SegmentStore segments;
  private final StateStore state;
  private final SegmentLedger ledger;
  private final Reclaims reclaims;
  private final Counts counts;

  Commits(
      int shardId,
      StreamTable table,
      StagedSegment staged,
      SegmentStore segments,
      StateStore state,
      SegmentLedger ledger,
      Reclaims reclaims,
      Counts counts) {
    this.shardId = shardId;
    this.table = table;
    this.staged = staged;
    this.segments = segments;
    this.state = state;
    this.ledger = ledger;
    this.reclaims = reclaims;
    this.counts = counts;
  }

  Outcome apply(EntryContext entry, Command.Commit commit) {
    Outcome outcome = guarded(entry, commit);
    (outcome instanceof Outcome.Done ? counts.commits : counts.commitsIgnored).add(1);
    return outcome;
  }

  private Outcome guarded(EntryContext entry, Command.Commit commit) {
    long term = commit.segment() >>> 32;
    if (entry.proposerTerm() != entry.term() || term != entry.term()) {
      return new Outcome.Ignored(
          "folded in term %d, proposed in term %d, logged in term %d"
              .formatted(term, entry.proposerTerm(), entry.term()));
    }
    byte[] segment = commit.parts() == 0 ? null : staged.assemble(commit);
    staged.dropThrough(commit.segment());
    if (commit.parts() > 0 && segment == null) {
      return new Outcome.Ignored("parts of its segment are missing or damaged");
    }
    List<StreamCommit> current = current(commit.streams());
    if (current.isEmpty()) {
      return new Outcome.Ignored("all its streams have moved on");
    }
    StateBatch batch = new StateBatch();
    boolean needed = segment != null;
    if (reclaims.isActive() && commit.length() > 0) {
      needed &= register(commit, segment, current, batch);
    }
    if (needed) {
      segments.put(new SegmentId(shardId, commit.segment()), segment);
    }
    materialise(current, batch);
    return new Outcome.Done(current.size());
  }

  private List<StreamCommit> current(List<StreamCommit> items) {
    List<StreamCommit> current = new ArrayList<>(items.size());
    Set<UUID> seen = new HashSet<>();
    for (StreamCommit item : items) {
      if (isCurrent(item) && seen.add(item.stream())) {
        current.add(item);
      }
    }
    return current;
  }

  private boolean isCurrent(StreamCommit item) {
    StreamState stream = table.get(item.stream());
    if (StreamVersions.isMissing(stream)
        || stream.materialised() != item.baseVersion()
        || !RootCodec.same(stream.root(), item.baseRoot())
        || item.roots().isEmpty()
        || item.roots().size() > stream.sealedVersions()
        || stream.firstIndex() != item.fromIndex()) {
      return false;
    }
    int operations = stream.operationsThrough(item.baseVersion() + item.roots().size());
    return stream.backlog().get(operations - 1).index == item.throughIndex();
  }

  /** Blocks of a stream that has moved on belong to nobody. False when the others have none. */
  private boolean register(
      Command.Commit commit, byte[] segment, List<StreamCommit> current, StateBatch batch) {
    if (current.size() == commit.streams().size()) {
      ledger.add(commit.segment(), commit.length(), batch);
      return true;
    }
    Set<UUID> streams = new HashSet<>();
    current.forEach(item -> streams.add(item.stream()));
    if (segment == null) {
      return registerUnseen(commit, streams, batch);
    }
    SegmentReader reader = reader(new SegmentId(shardId, commit.segment()), segment);
    BitSet orphans = new BitSet();
    for (SegmentFooter.Stream stream : SegmentFooter.decode(reader.footer()).streams()) {
      if (!streams.contains(stream.uuid())) {
        orphans.set(stream.firstOrdinal(), stream.firstOrdinal() + stream.ordinals());
      }
    }
    if (orphans.cardinality() == reader.blockCount()) {
      return false;
    }
    long orphanBytes = orphans.stream().mapToLong(reader::blockBytes).sum();
    ledger.add(commit.segment(), reader.blockCount(), commit.length(), orphans, orphanBytes, batch);
    return true;
  }

  /**
   * The same for a segment in a pool, which is not read here: the blocks of its streams follow each
   * other, and the last of each is a root. How many bytes nobody needs is a guess.
   */
  private boolean registerUnseen(Command.Commit commit, Set<UUID> streams, StateBatch batch) {
    BitSet orphans = new BitSet();
    int blocks = 0;
    for (StreamCommit item : commit.streams()) {
      int end = blocks;
      for (Root root : item.roots()) {
        if (!root.isEmpty() && root.address().segment() == commit.segment()) {
          end = Math.max(end, root.address().ordinal() + 1);
        }
      }
      if (!streams.contains(item.stream())) {
        orphans.set(blocks, end);
      }
      blocks = end;
    }
    if (orphans.cardinality() == blocks) {
      return false;
    }
    long orphanBytes = (long) commit.length() * orphans.cardinality() / blocks;
    ledger.add(commit.segment(), blocks, commit.length(), orphans, orphanBytes, batch);
    return true;
  }

  private static SegmentReader reader(SegmentId id, byte[] segment) {
    InMemorySegmentStore alone = new InMemorySegmentStore();
    alone.put(id, segment);
    return SegmentReader.open(alone, id);
  }

  /** Roots are written before the streams that point at them are published. */
  private void materialise(List<StreamCommit> items, StateBatch batch) {
    List<StreamState> after = new ArrayList<>(items.size());
    for (StreamCommit item : items) {
      StreamState before = table.get(item.stream());
      long version = putRoots(item, batch);
      StreamTable.removeOperations(before, before.operationsThrough(version), batch);
      after.add(before.materialise(version, item.roots().getLast()));
      counts.versionsMaterialised.add(item.roots().size());
    }
    state.write(batch);
    for (StreamState stream : after) {
      table.replace(table.get(stream.uuid()), stream);
    }
  }

  /**
   * Adds a stream's new roots and the blocks that died for them.
   *
   * @return the last version that gets a root
   */
  static long putRoots(StreamCommit item, StateBatch batch) {
    long version = item.baseVersion();
    for (Root root : item.roots()) {
      batch.put(StateKeys.root(item.stream(), ++version), RootCodec.encode(root));
    }
    for (DeadBlock dead : item.dead()) {
      DeadList.put(item.stream(), dead, batch);
    }
    return version;
  }
}
