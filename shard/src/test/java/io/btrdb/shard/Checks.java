package io.btrdb.shard;

import io.btrdb.codec.ByteReader;
import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.StateCursor;
import io.btrdb.tree.DeadBlock;
import io.btrdb.tree.Root;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What must hold of a replica at any time. */
final class Checks {
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

  /** A dead block is reachable from versions in [born, died) at most, and none is forgotten. */
  void deadBlocks(Replica replica, UUID uuid) {
    StreamState stream = replica.shard.stream(uuid);
    if (stream == null || !stream.isLive()) {
      return;
    }
    Map<BlockAddress, DeadBlock> dead = new HashMap<>();
    for (DeadBlock block : dead(replica, uuid)) {
      if (dead.put(block.address(), block) != null) {
        throw new AssertionError("died twice: " + block);
      }
    }
    Set<BlockAddress> alive = reachable(replica, uuid, stream.materialised());
    for (long version = 11; version <= stream.materialised(); version++) {
      for (BlockAddress address : reachable(replica, uuid, version)) {
        DeadBlock block = dead.get(address);
        if (block == null ? !alive.contains(address) : !(version < block.died())) {
          throw new AssertionError(
              "version %d of %s reads %s, which is %s".formatted(version, stream, address, block));
        }
        if (block != null && version < block.born()) {
          throw new AssertionError("version " + version + " reads " + block);
        }
      }
    }
  }

  private static Set<BlockAddress> reachable(Replica replica, UUID uuid, long version) {
    Set<BlockAddress> read = new HashSet<>();
    Root root = ((VersionLookup.Materialised) replica.shard.lookup(uuid, version)).root();
    Points.contents(replica.observed(read), root);
    return read;
  }

  private static List<DeadBlock> dead(Replica replica, UUID uuid) {
    List<DeadBlock> dead = new ArrayList<>();
    byte[] from = StateKeys.dead(uuid, 0, 0, 0);
    byte[] to = StateKeys.dead(uuid, Long.MAX_VALUE, 0, 0);
    try (StateCursor cursor = replica.state.scan(from, to)) {
      while (cursor.next()) {
        ByteBuffer key = ByteBuffer.wrap(cursor.key(), 19, 20);
        long died = key.getLong();
        BlockAddress address = new BlockAddress(key.getLong(), key.getInt());
        ByteReader value = new ByteReader(cursor.value());
        value.readByte();
        dead.add(new DeadBlock(address, value.readVarint(), died));
      }
    }
    return dead;
  }

  private static void expect(Object expected, Object actual, String what) {
    if (!expected.equals(actual)) {
      throw new AssertionError(what + ": expected " + expected + ", was " + actual);
    }
  }
}
