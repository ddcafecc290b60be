package io.btrdb.node.plane;

import io.btrdb.api.ErrorCode;
import io.btrdb.codec.StreamHash;
import io.btrdb.placement.ShardRange;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** All shards in one place, none of which changes any more: reads are answered, writes refused. */
public final class ReadOnlyDataPlane implements DataPlane {
  /** The one node that clients see. */
  private static final String NODE = "pool";

  private static final String REFUSAL = "the cluster's pool is open here for reads only";

  private final String cluster;
  private final List<ShardRange> ranges;
  private final List<? extends LocalShard> shards;
  private final Supplier<String> address;
  private final Supplier<Optional<String>> lost;
  private final int[] shardOfSlot = new int[StreamHash.SLOTS];

  /**
   * @param cluster its id
   * @param ranges all shards, in the order of their numbers
   * @param shards in the same order
   * @param address host and port of the door, once it is open
   * @param lost why nothing can be read any more; empty while all can
   */
  public ReadOnlyDataPlane(
      String cluster,
      List<ShardRange> ranges,
      List<? extends LocalShard> shards,
      Supplier<String> address,
      Supplier<Optional<String>> lost) {
    this.cluster = cluster;
    this.ranges = List.copyOf(ranges);
    this.shards = List.copyOf(shards);
    this.address = address;
    this.lost = lost;
    for (ShardRange range : ranges) {
      Arrays.fill(
          shardOfSlot, range.firstSlot(), range.firstSlot() + range.slotCount(), range.shard());
    }
  }

  @Override
  public int shardOf(UUID stream) {
    return shardOfSlot[StreamHash.slot(stream)];
  }

  @Override
  public CompletableFuture<WriteResult> write(WriteCall call) {
    return refusal();
  }

  @Override
  public CompletableFuture<WriteResult> openSession(
      int shard, UUID session, boolean mayForward, long deadlineNanos) {
    return refusal();
  }

  private static CompletableFuture<WriteResult> refusal() {
    return CompletableFuture.completedFuture(
        WriteResult.Failed.of(ErrorCode.NOT_IMPLEMENTED, REFUSAL));
  }

  @Override
  public ReadPin pin(UUID stream) {
    return ReadPin.NONE;
  }

  @Override
  public ReadPin pinAll() {
    return ReadPin.NONE;
  }

  @Override
  public CompletableFuture<ReadPlace> locate(ReadCall call) {
    Optional<String> gone = lost.get();
    if (gone.isPresent()) {
      return CompletableFuture.completedFuture(
          new ReadPlace.Nowhere(
              ErrorCode.STORE_UNAVAILABLE, gone.get() + ": open the pool once more"));
    }
    try {
      return CompletableFuture.completedFuture(
          VersionLookups.resolve(
              shards.get(shardOf(call.stream())), call.stream(), call.version()));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public Optional<Following> follow(UUID stream, StreamFollower follower) {
    return Optional.empty();
  }

  @Override
  public Topology topology() {
    return new Topology(
        cluster,
        1,
        List.of(new NodeAddress(NODE, address.get(), "")),
        ranges.stream()
            .map(
                range ->
                    new ShardRoute(
                        range.shard(),
                        range.firstSlot(),
                        range.slotCount(),
                        NODE,
                        1,
                        List.of(NODE)))
            .toList(),
        NODE);
  }
}
