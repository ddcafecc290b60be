package io.btrdb.node.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.google.protobuf.UnsafeByteOperations;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.FetchFileRequest;
import io.btrdb.api.cluster.FetchSegmentRequest;
import io.btrdb.api.cluster.FileChunk;
import io.btrdb.api.cluster.ReplicaManifestResponse;
import io.btrdb.api.cluster.SegmentInfo;
import io.btrdb.node.pool.NodeSegments;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.MissingSegmentException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.local.LocalStateVault;
import io.btrdb.storage.local.PinnedCheckpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Hands this node's newest checkpoint of one group, and the shard's segments, to another replica,
 * piece by piece. A checkpoint stays pinned until nobody has asked for a piece of it for a while.
 * Thread-safe.
 */
public final class ReplicaSource implements AutoCloseable {
  /** Most bytes in one piece. */
  static final int CHUNK_BYTES = 1 << 20;

  private static final Duration PIN_IDLE = Duration.ofMinutes(2);

  private final LocalStateVault vault;
  private final Optional<NodeSegments> segments;
  private final int shard;
  private final Spare spare;
  private final Cache<LogPosition, PinnedCheckpoint> pins =
      Caffeine.newBuilder()
          .expireAfterAccess(PIN_IDLE)
          .executor(Runnable::run)
          .removalListener(
              (LogPosition at, PinnedCheckpoint pin, RemovalCause why) -> {
                if (pin != null) {
                  pin.close();
                }
              })
          .build();

  private ReplicaSource(
      LocalStateVault vault, Optional<NodeSegments> segments, int shard, Spare spare) {
    this.vault = vault;
    this.segments = segments;
    this.shard = shard;
    this.spare = spare;
  }

  /** Whether the state at an index of the log needs nothing of a segment that is still here. */
  interface Spare {
    boolean test(long segment, long index);
  }

  static ReplicaSource ofShard(
      LocalStateVault vault, NodeSegments segments, int shard, Spare spare) {
    return new ReplicaSource(vault, Optional.of(segments), shard, spare);
  }

  public static ReplicaSource ofCatalog(LocalStateVault vault) {
    return new ReplicaSource(vault, Optional.empty(), 0, (segment, index) -> true);
  }

  /**
   * The newest checkpoint, pinned, and the segments on this node's disk for it and what follows:
   * those in the pool are there for another replica, too.
   */
  public ReplicaManifestResponse manifest() {
    return manifest(NodeSegments::disk);
  }

  /** The same, with the segments in the pool. */
  public ReplicaManifestResponse wholeManifest() {
    return manifest(store -> store);
  }

  private ReplicaManifestResponse manifest(Function<NodeSegments, SegmentStore> listed) {
    Optional<PinnedCheckpoint> newest = vault.pinNewest();
    if (newest.isEmpty()) {
      return ReplicaManifestResponse.newBuilder()
          .setCode(ErrorCode.NO_SUCH_POINT.number())
          .setMessage("this replica has no checkpoint yet")
          .build();
    }
    PinnedCheckpoint pin = newest.get();
    if (pins.asMap().putIfAbsent(pin.position(), pin) != null) {
      pin.close();
    }
    ReplicaManifestResponse.Builder answer =
        ReplicaManifestResponse.newBuilder()
            .setManifest(UnsafeByteOperations.unsafeWrap(pin.manifest().encode()));
    segments.ifPresent(
        store -> {
          SegmentStore all = listed.apply(store);
          for (SegmentId id : all.list(shard)) {
            if (!spare.test(id.number(), pin.position().index())) {
              length(all, id)
                  .ifPresent(
                      size ->
                          answer.addSegments(
                              SegmentInfo.newBuilder().setNumber(id.number()).setSize(size)));
            }
          }
        });
    return answer.build();
  }

  /** Empty when it was swept since it was listed: then no checkpoint here needs it. */
  private static OptionalLong length(SegmentStore store, SegmentId id) {
    try {
      return OptionalLong.of(store.length(id));
    } catch (MissingSegmentException e) {
      return OptionalLong.empty();
    }
  }

  public FileChunk file(FetchFileRequest request) {
    PinnedCheckpoint pin =
        pins.getIfPresent(new LogPosition(request.getTerm(), request.getIndex()));
    if (pin == null) {
      return missing("the checkpoint at " + request.getIndex() + " is not held any more");
    }
    long size = pin.manifest().file(request.getName()).sizeBytes();
    int length = (int) Math.min(CHUNK_BYTES, Math.max(0, size - request.getOffset()));
    return chunk(pin.read(request.getName(), request.getOffset(), length));
  }

  public FileChunk segment(FetchSegmentRequest request) {
    SegmentId id = new SegmentId(shard, request.getNumber());
    if (segments.isEmpty() || !segments.get().contains(id)) {
      return missing("segment " + id + " is not here");
    }
    // Whoever fetches segments will want the checkpoint that needs them.
    var touched = pins.getAllPresent(pins.asMap().keySet());
    long size = segments.get().length(id);
    int length = (int) Math.min(CHUNK_BYTES, Math.max(0, size - request.getOffset()));
    return chunk(segments.get().read(id, request.getOffset(), length));
  }

  private static FileChunk chunk(byte[] bytes) {
    return FileChunk.newBuilder().setData(UnsafeByteOperations.unsafeWrap(bytes)).build();
  }

  private static FileChunk missing(String what) {
    return FileChunk.newBuilder()
        .setCode(ErrorCode.NO_SUCH_POINT.number())
        .setMessage(what)
        .build();
  }

  @Override
  public void close() {
    pins.invalidateAll();
  }
}
