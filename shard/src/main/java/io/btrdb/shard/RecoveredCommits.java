package io.btrdb.shard;

import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.StateBatch;
import io.btrdb.storage.StateStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Brings a shard's state up to what segments in a shared pool say that was committed after it, when
 * no log is left to say it. Every segment holds folds of committed operations only, whether its
 * Commit was applied or not, so any chain of them that begins at the state is true; taken is the
 * one that leads furthest, and of two that lead equally far the one of the highest term.
 *
 * <p>Used by one thread, on a shard that is opened for this.
 */
public final class RecoveredCommits {
  private final Shard shard;
  private final StateStore state;
  private final Map<UUID, List<Item>> items = new HashMap<>();
  private long highestTerm;
  private long highestIndex;
  private long logTimeMillis;

  /** One stream's part of a segment, and how far one gets with it. */
  private static final class Item {
    final long segment;
    final StreamCommit commit;
    long reach;
    Item next;

    Item(long segment, StreamCommit commit) {
      this.segment = segment;
      this.commit = commit;
      this.reach = version();
    }

    long version() {
      return commit.baseVersion() + commit.roots().size();
    }
  }

  /**
   * @param state what the shard was opened on
   */
  public RecoveredCommits(Shard shard, StateStore state) {
    this.shard = shard;
    this.state = state;
    this.logTimeMillis = shard.logTimeMillis();
  }

  /** Takes note of a segment; those that say no more than their ends are passed over. */
  public void add(SegmentId id, SegmentFooter footer) {
    highestTerm = Math.max(highestTerm, id.term());
    boolean newer = false;
    for (SegmentFooter.Stream part : footer.streams()) {
      StreamState stream = shard.stream(part.uuid());
      boolean dropped = stream != null && !stream.isLive();
      boolean known = stream != null && stream.materialised() >= part.version();
      if (part.commit().isPresent() && !dropped && !known) {
        items
            .computeIfAbsent(part.uuid(), uuid -> new ArrayList<>())
            .add(new Item(id.number(), part.commit().get()));
        highestIndex = Math.max(highestIndex, part.throughIndex());
        newer = true;
      }
    }
    if (newer) {
      logTimeMillis = Math.max(logTimeMillis, footer.logTimeMillis().orElse(0L));
    }
  }

  /**
   * Brings the streams up to date, in the shard and in the state store.
   *
   * @return versions that got a root
   */
  public long take() {
    long versions = 0;
    for (Map.Entry<UUID, List<Item>> entry : items.entrySet()) {
      versions += take(entry.getKey(), entry.getValue());
    }
    return versions;
  }

  private long take(UUID uuid, List<Item> candidates) {
    link(candidates);
    StreamState stream = shard.stream(uuid);
    if (stream == null) {
      stream = StreamState.created(uuid);
      shard.table().replace(null, stream);
    }
    long versions = 0;
    for (Item item = best(candidates, stream); item != null; item = item.next) {
      materialise(item.segment, item.commit);
      versions += item.commit.roots().size();
    }
    return versions;
  }

  /** Finds for each item the best one that goes on where it ends; the last ones come first. */
  private static void link(List<Item> candidates) {
    candidates.sort(Comparator.comparingLong((Item item) -> item.commit.baseVersion()).reversed());
    Map<Long, List<Item>> byBase = new HashMap<>();
    for (Item item : candidates) {
      item.next =
          byBase.getOrDefault(item.version(), List.of()).stream()
              .filter(
                  after -> RootCodec.same(after.commit.baseRoot(), item.commit.roots().getLast()))
              .max(BETTER)
              .orElse(null);
      item.reach = item.next == null ? item.version() : item.next.reach;
      byBase.computeIfAbsent(item.commit.baseVersion(), base -> new ArrayList<>()).add(item);
    }
  }

  private static final Comparator<Item> BETTER =
      Comparator.comparingLong((Item item) -> item.reach).thenComparingLong(item -> item.segment);

  private static Item best(List<Item> candidates, StreamState stream) {
    return candidates.stream()
        .filter(
            item ->
                item.commit.baseVersion() == stream.materialised()
                    && RootCodec.same(item.commit.baseRoot(), stream.root()))
        .max(BETTER)
        .orElse(null);
  }

  /** As {@link Commits} does, but the state need not know all operations that were folded. */
  private void materialise(long segment, StreamCommit commit) {
    StreamState before = shard.stream(commit.stream());
    StateBatch batch = new StateBatch();
    boolean hasBlocks =
        commit.roots().stream()
            .anyMatch(root -> !root.isEmpty() && root.address().segment() == segment);
    if (hasBlocks && !shard.needs(segment)) {
      batch.put(StateKeys.segment(segment), SegmentRecord.written(0).encode());
    }
    Commits.putRoots(commit, batch);
    int folded = before.operationsThrough(commit.baseVersion() + commit.roots().size());
    StreamTable.removeOperations(before, folded, batch);
    state.write(batch);
    shard.table().replace(before, before.recovered(commit));
  }

  /** Past everything that the state and the segments know of. */
  public LogPosition position(LogPosition ofState) {
    return new LogPosition(
        Math.max(ofState.term(), highestTerm), Math.max(ofState.index(), highestIndex));
  }

  /** Log time up to which segments were found. */
  public long logTimeMillis() {
    return logTimeMillis;
  }
}
