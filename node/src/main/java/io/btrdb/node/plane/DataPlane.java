package io.btrdb.node.plane;

import io.btrdb.shard.Operation;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Streams, wherever they live: what the doors ask of the shards. Thread-safe; nothing here blocks
 * the caller for long except where said.
 */
public interface DataPlane {
  /** Shard that owns the stream, by its hash slot. */
  int shardOf(UUID stream);

  /**
   * Puts one operation into the shard's log, exactly once per (session, sequence), on this node
   * when it leads the shard, else through the leader's node. Resubmits by itself while that is safe
   * and the deadline allows. Completes with a result, never exceptionally.
   */
  CompletableFuture<WriteResult> write(WriteCall call);

  /**
   * @param mayForward false: answer WRONG_ENDPOINT when this node does not lead the shard
   * @param deadlineNanos {@link System#nanoTime} after which nobody waits any more
   */
  record WriteCall(
      int shard,
      UUID session,
      long sequence,
      long acknowledgedThrough,
      Operation operation,
      boolean mayForward,
      long deadlineNanos) {}

  /** Opens or renews a session in a shard, here or at the leader's node. */
  CompletableFuture<WriteResult> openSession(
      int shard, UUID session, boolean mayForward, long deadlineNanos);

  /**
   * Holds what this node has of the stream in place for a read, until it is closed. To be taken
   * before {@link #locate}.
   */
  ReadPin pin(UUID stream);

  /** The same for all streams. */
  ReadPin pinAll();

  /**
   * Finds where a version of a stream can be read. Completes with a value; exceptionally only when
   * what this node has stored is damaged. May fold on the caller's thread, which may take long.
   */
  CompletableFuture<ReadPlace> locate(ReadCall call);

  /**
   * A read that looks for its place.
   *
   * @param version a sealed version, or 0 for the latest
   * @param stalenessNanos of a read of the latest: it shows all that was acknowledged up to this
   *     long before the call; 0 for all that was acknowledged before the call
   * @param mayForward false: answer WRONG_ENDPOINT when this node cannot answer
   * @param tries how many places were found for this read before and did not answer
   * @param deadlineNanos {@link System#nanoTime} after which nobody waits any more
   */
  record ReadCall(
      UUID stream,
      long version,
      long stalenessNanos,
      boolean mayForward,
      int tries,
      long deadlineNanos) {}

  /**
   * Tells of all that is inserted into a stream from now on, as this node's replica of it applies
   * the log. Whoever leads: a replica hears everything. Empty when this node has none.
   */
  Optional<Following> follow(UUID stream, StreamFollower follower);

  /** All shards with their last known leaders, for clients. */
  Topology topology();

  /** Where the streams' shards are. */
  record Topology(
      String clusterId,
      long revision,
      List<NodeAddress> nodes,
      List<ShardRoute> shards,
      String catalogLeader) {}

  /** {@code zone} is empty when the node has none. */
  record NodeAddress(String nodeId, String grpc, String grpcTls, String http, String zone) {
    public NodeAddress(String nodeId, String grpc, String http) {
      this(nodeId, grpc, "", http, "");
    }

    /** For callers that talk TLS themselves, where they can go on doing so. */
    public String grpc(boolean encrypted) {
      return encrypted && !grpcTls.isEmpty() ? grpcTls : grpc;
    }
  }

  /** {@code leader} is a node id, empty while none was ever known. */
  record ShardRoute(
      int shard,
      int firstSlot,
      int slotCount,
      String leader,
      long leaderTerm,
      List<String> replicas) {}
}
