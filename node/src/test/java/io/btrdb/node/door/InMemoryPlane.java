package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.codec.PointsCodec;
import io.btrdb.codec.StreamHash;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.plane.Following;
import io.btrdb.node.plane.ReadPin;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.node.plane.StreamFollower;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.shard.Operation;
import io.btrdb.shard.Retention;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.NodeCache;
import io.btrdb.tree.ReducedRanges;
import io.btrdb.tree.Root;
import io.btrdb.tree.Tree;
import io.btrdb.tree.TreeEditor;
import io.btrdb.tree.TreeShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;

/**
 * A data plane of one process: real trees in memory, and two shards that halve the hash space. A
 * test may script how the next writes and reads end, before anything is applied.
 */
final class InMemoryPlane implements DataPlane {
  private final Tree tree =
      new Tree(
          TreeShape.STANDARD, 0, new BlockReader(new InMemorySegmentStore(), 0), NodeCache.NONE);
  private final Map<UUID, Stream> streams = new HashMap<>();
  private final Set<UUID> sessions = new HashSet<>();

  final List<Map.Entry<UUID, StreamFollower>> followers = new CopyOnWriteArrayList<>();

  /** Which streams this node has a replica of. */
  volatile Predicate<UUID> onFollow = stream -> true;

  final List<WriteCall> writes = Collections.synchronizedList(new ArrayList<>());
  final List<ReadCall> reads = Collections.synchronizedList(new ArrayList<>());

  /** Null lets the write, or the read, go on. */
  volatile Function<WriteCall, CompletableFuture<WriteResult>> onWrite = call -> null;

  /** Pins that are not closed yet. */
  final AtomicInteger pins = new AtomicInteger();

  final AtomicInteger pinsTaken = new AtomicInteger();

  volatile Function<UUID, CompletableFuture<ReadPlace>> onLocate = stream -> null;
  volatile Topology topology =
      new Topology(
          "c1",
          7,
          List.of(
              new NodeAddress("n1", "127.0.0.1:4410", "127.0.0.1:4412"),
              new NodeAddress("n2", "127.0.0.1:4420", "127.0.0.1:4422")),
          List.of(
              new ShardRoute(0, 0, 2048, "n1", 3, List.of("n1", "n2")),
              new ShardRoute(1, 2048, 2048, "", 0, List.of("n2", "n1"))),
          "n1");

  private final class Stream {
    final TreeEditor editor = tree.edit(Root.EMPTY);
    final Map<Long, Root> versions = new HashMap<>(Map.of(10L, Root.EMPTY));
    long major = 10;
    long minor;
    Retention retention = Retention.ALL;

    WriteResult configure(Operation.Configure configure) {
      if (configure.oldest() > major) {
        return WriteResult.Failed.of(ErrorCode.INVALID_VERSIONS, "no such version yet");
      }
      Optional<ReducedRanges> reduced = retention.reduced().with(configure.reduced());
      if (reduced.isEmpty()) {
        return WriteResult.Failed.of(ErrorCode.OVERLAPPING_TRIM_RANGE, "ranges overlap");
      }
      retention =
          new Retention(
              Math.max(retention.oldest(), configure.oldest()),
              Math.max(retention.archiveHorizon(), configure.archiveHorizon()),
              reduced.get());
      return new WriteResult.Applied(major, minor);
    }

    void insert(Operation.Insert insert) {
      long[] times = new long[insert.points()];
      double[] values = new double[insert.points()];
      PointsCodec.decode(insert.payload(), 0, insert.payload().length, times, values, 0);
      begin();
      editor.insert(times, values, 0, times.length, insert.policy());
      minor += times.length;
    }

    void begin() {
      if (minor == 0) {
        editor.beginVersion(major + 1);
      }
    }

    void delete(Operation.Delete delete) {
      if (minor > 0) {
        seal();
      }
      begin();
      editor.delete(delete.start(), delete.end());
      seal();
    }

    void seal() {
      versions.put(++major, editor.freeze());
      minor = 0;
    }
  }

  synchronized UUID create() {
    UUID uuid = UUID.randomUUID();
    streams.put(uuid, new Stream());
    return uuid;
  }

  /** A stream with pending points at 0, step, 2 step ..., value = index. */
  UUID streamOf(int points, long step) {
    return streamOf(points, step, i -> i);
  }

  /** The same with values of its own. */
  synchronized UUID streamOf(int points, long step, IntToDoubleFunction value) {
    UUID uuid = create();
    Stream stream = streams.get(uuid);
    stream.begin();
    long[] times = new long[points];
    double[] values = new double[points];
    for (int i = 0; i < points; i++) {
      times[i] = i * step;
      values[i] = value.applyAsDouble(i);
    }
    stream.editor.insert(times, values, 0, points, MergePolicy.NEVER);
    stream.minor = points;
    return uuid;
  }

  synchronized void create(UUID uuid) {
    streams.put(uuid, new Stream());
  }

  synchronized void loseSessions() {
    sessions.clear();
  }

  @Override
  public int shardOf(UUID stream) {
    return StreamHash.slot(stream) < 2048 ? 0 : 1;
  }

  @Override
  public synchronized CompletableFuture<WriteResult> openSession(
      int shard, UUID session, boolean mayForward, long deadlineNanos) {
    sessions.add(session);
    return CompletableFuture.completedFuture(new WriteResult.Applied(0, 0));
  }

  @Override
  public CompletableFuture<WriteResult> write(WriteCall call) {
    writes.add(call);
    CompletableFuture<WriteResult> scripted = onWrite.apply(call);
    return scripted != null ? scripted : CompletableFuture.completedFuture(apply(call));
  }

  synchronized WriteResult apply(WriteCall call) {
    if (!sessions.contains(call.session())) {
      return new WriteResult.Failed(ErrorCode.CLUSTER_DEGRADED, "unknown session", false, true, 0);
    }
    Stream stream = streams.get(call.operation().stream());
    if (stream == null) {
      return WriteResult.Failed.of(ErrorCode.NO_SUCH_STREAM, "stream does not exist");
    }
    switch (call.operation()) {
      case Operation.Insert insert -> {
        stream.insert(insert);
        followers.stream()
            .filter(following -> following.getKey().equals(insert.stream()))
            .forEach(following -> following.getValue().inserted(insert));
      }
      case Operation.Delete delete -> stream.delete(delete);
      case Operation.Flush flush -> {
        if (stream.minor > 0) {
          stream.seal();
        }
      }
      case Operation.Configure configure -> {
        return stream.configure(configure);
      }
      case Operation.Open open -> throw new AssertionError("not through the door");
      case Operation.Drop drop -> throw new AssertionError("not through the door");
    }
    return new WriteResult.Applied(stream.major, stream.minor);
  }

  @Override
  public ReadPin pin(UUID stream) {
    pinsTaken.incrementAndGet();
    pins.incrementAndGet();
    return pins::decrementAndGet;
  }

  @Override
  public ReadPin pinAll() {
    return pin(null);
  }

  @Override
  public CompletableFuture<ReadPlace> locate(ReadCall call) {
    reads.add(call);
    CompletableFuture<ReadPlace> scripted = onLocate.apply(call.stream());
    return scripted != null
        ? scripted
        : CompletableFuture.completedFuture(place(call.stream(), call.version()));
  }

  synchronized ReadPlace place(UUID uuid, long version) {
    Stream stream = streams.get(uuid);
    if (stream == null) {
      return new ReadPlace.Nowhere(ErrorCode.NO_SUCH_STREAM, "stream does not exist");
    }
    if (version == 0) {
      Root root = stream.minor == 0 ? stream.versions.get(stream.major) : stream.editor.freeze();
      return new ReadPlace.Here(tree, root, stream.major, stream.minor, stream.retention);
    }
    if (version < stream.retention.oldest()) {
      return new ReadPlace.Nowhere(ErrorCode.VERSION_NOT_AVAILABLE, "given up");
    }
    Root root = stream.versions.get(version);
    return root == null
        ? new ReadPlace.Nowhere(ErrorCode.NO_SUCH_STREAM, "no such version")
        : new ReadPlace.Here(tree, root, version, 0, stream.retention);
  }

  @Override
  public Optional<Following> follow(UUID stream, StreamFollower follower) {
    if (!onFollow.test(stream)) {
      return Optional.empty();
    }
    Map.Entry<UUID, StreamFollower> following = Map.entry(stream, follower);
    followers.add(following);
    return Optional.of(() -> followers.remove(following));
  }

  /** As when a replica is closed. */
  void interrupt(String why) {
    followers.forEach(following -> following.getValue().interrupted(why));
    followers.clear();
  }

  @Override
  public Topology topology() {
    return topology;
  }
}
