package io.btrdb.client;

import java.util.List;
import java.util.Optional;

/**
 * Where the streams' shards are, as far as this client knows.
 *
 * @param catalogLeader id of the node that leads the catalog of names
 */
public record Topology(
    String clusterId, List<Node> nodes, List<Shard> shards, Optional<String> catalogLeader) {
  /**
   * @param grpc address that clients use
   * @param http address of metrics and health
   */
  public record Node(String id, String grpc, String http) {}

  /**
   * A contiguous range of the 4,096 hash slots, owned by one replicated group.
   *
   * @param leader id of the last known leader
   * @param term in which it was elected
   * @param replicas ids of the nodes that hold it
   */
  public record Shard(
      int number,
      int firstSlot,
      int slotCount,
      Optional<String> leader,
      long term,
      List<String> replicas) {}
}
