package io.btrdb.shard;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentReader;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.Root;
import io.btrdb.tree.Tree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongPredicate;

/** What must hold of a replica at any time. */
final class Checks {
  /** Entries for dead blocks that were checked, by extent. */
  final Map<DeadBlock.Extent, Long> deadSeen = new EnumMap<>(DeadBlock.Extent.class);

  /** The accounts that are kept command by command equal those of the streams themselves. */
  void accounts(Shard shard) {
    long bytes = 0;
    long points = 0;
    long sealed = 0;
    long heap = 0;
    for (UUID uuid : shard.table().all()) {
      StreamState stream = shard.stream(uuid);
      long streamPoints = 0;
      for (int i = 0; i < stream.backlog().size(); i++) {
        LoggedOperation operation = stream.backlog().get(i);
        bytes += operation.backlogBytes();
        heap += operation.body == null ? 0 : operation.length;
        streamPoints += operation.version > stream.major() ? operation.points : 0;
      }
      expect(streamPoints, stream.minor(), "minor of " + stream);
      expect(shard.table().withPending().contains(uuid), stream.hasPending(), "index of pending");
      expect(
          shard.table().withSealed().contains(uuid),
          stream.sealedVersions() > 0,
          "index of sealed");
      points += streamPoints;
      sealed += stream.sealedVersions();
    }
    expect(bytes, shard.backlogBytes(), "backlog bytes");
    expect(points, shard.pendingPoints(), "pending points");
    expect(sealed, shard.sealedVersions(), "sealed versions");
    expect(heap, shard.table().heapBytes(), "heap bytes");
  }

  void sameSegments(List<Replica> replicas) {
    Replica first = replicas.getFirst();
    List<SegmentId> ids = first.segments.list(Replica.SHARD);
    for (Replica other : replicas) {
      expect(ids, other.segments.list(Replica.SHARD), "segments of replica " + other.id);
      for (SegmentId id : ids) {
        byte[] a = first.segments.read(id, 0, (int) first.segments.length(id));
        byte[] b = other.segments.read(id, 0, (int) other.segments.length(id));
        expect(true, Arrays.equals(a, b), "segment " + id + " of replica " + other.id);
      }
    }
  }

  /**
   * A dead block is reachable from the readable versions in [born, died), and none of them is
   * forgotten.
   */
  void deadBlocks(Replica replica, UUID uuid) {
    StreamState stream = replica.shard.stream(uuid);
    if (stream == null || !stream.isLive()) {
      return;
    }
    List<Set<BlockAddress>> reached = new ArrayList<>();
    Set<BlockAddress> known = new HashSet<>();
    long oldest = Math.min(stream.oldest(), stream.materialised());
    for (long version = oldest; version <= stream.materialised(); version++) {
      reached.add(reachable(replica, uuid, version));
      known.addAll(reached.getLast());
    }
    Set<BlockAddress> buried = new HashSet<>();
    for (DeadBlock block : expanded(replica, uuid, oldest, reached)) {
      if (!buried.add(block.address())) {
        throw new AssertionError("died twice: " + block);
      }
      for (int i = 0; i < reached.size(); i++) {
        long version = oldest + i;
        boolean alive = version >= block.born() && version < block.died();
        expect(alive, reached.get(i).contains(block.address()), version + " reads " + block);
      }
    }
    known.removeAll(buried);
    expect(reached.getLast(), known, "blocks that did not die of " + stream);
  }

  /** An entry for each dead block, by the rules of {@link DeadBlock}. */
  private List<DeadBlock> expanded(
      Replica replica, UUID uuid, long oldest, List<Set<BlockAddress>> reached) {
    Tree tree = replica.observed(new HashSet<>());
    List<DeadBlock> single = new ArrayList<>();
    Deque<DeadBlock> open = new ArrayDeque<>(new DeadList(replica.state).first(uuid, 1 << 20));
    // What no readable version reaches may be half freed.
    open.removeIf(each -> each.died() <= oldest);
    while (!open.isEmpty()) {
      DeadBlock next = open.pop();
      deadSeen.merge(next.extent(), 1L, Long::sum);
      switch (next.extent()) {
        case BLOCK -> single.add(next);
        case SUBTREE -> {
          single.add(next);
          tree.below(next).forEach(open::push);
        }
        case DIFFERENCE ->
            single.addAll(difference(next, root(replica, uuid, next.died() - 1), oldest, reached));
      }
    }
    return single;
  }

  private static List<DeadBlock> difference(
      DeadBlock top, Root before, long oldest, List<Set<BlockAddress>> reached) {
    expect(before.address(), top.address(), "the root that " + top + " begins at");
    int at = (int) (top.died() - oldest);
    Set<BlockAddress> lost = new HashSet<>(reached.get(at - 1));
    lost.removeAll(reached.get(at));
    List<DeadBlock> single = new ArrayList<>();
    for (BlockAddress address : lost) {
      long born = top.born();
      if (!address.equals(top.address())) {
        int first = 0;
        while (!reached.get(first).contains(address)) {
          first++;
        }
        born = oldest + first;
      }
      single.add(new DeadBlock(address, born, top.died(), DeadBlock.Extent.BLOCK));
    }
    return single;
  }

  private static Root root(Replica replica, UUID uuid, long version) {
    StreamState stream = replica.shard.stream(uuid);
    return version == stream.materialised()
        ? stream.root()
        : ((VersionLookup.Materialised) replica.shard.lookup(uuid, version)).root();
  }

  private static Set<BlockAddress> reachable(Replica replica, UUID uuid, long version) {
    Set<BlockAddress> read = new HashSet<>();
    Points.contents(replica.observed(read), root(replica, uuid, version));
    return read;
  }

  /**
   * Once all is freed and swept: the store holds what readable versions reach, and no more.
   *
   * @param considered by a segment's number
   */
  void nothingBeside(Replica replica, Collection<UUID> streams, LongPredicate considered) {
    Set<BlockAddress> reached = new HashSet<>();
    for (UUID uuid : streams) {
      StreamState stream = replica.shard.stream(uuid);
      if (stream != null && stream.isLive()) {
        long oldest = Math.min(stream.oldest(), stream.materialised());
        for (long version = oldest; version <= stream.materialised(); version++) {
          reached.addAll(reachable(replica, uuid, version));
        }
      }
    }
    Set<BlockAddress> stored = new HashSet<>();
    for (SegmentId id : replica.segments.list(Replica.SHARD)) {
      if (!considered.test(id.number())) {
        continue;
      }
      SegmentReader reader = SegmentReader.open(replica.segments, id);
      for (int ordinal = 0; ordinal < reader.blockCount(); ordinal++) {
        if (reader.isPresent(ordinal)) {
          stored.add(new BlockAddress(id.number(), ordinal));
        }
      }
    }
    expect(reached, stored, "blocks of replica " + replica.id);
  }

  private static void expect(Object expected, Object actual, String what) {
    if (!expected.equals(actual)) {
      throw new AssertionError(what + ": expected " + expected + ", was " + actual);
    }
  }
}
