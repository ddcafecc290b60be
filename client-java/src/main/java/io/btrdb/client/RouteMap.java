package io.btrdb.client;

import io.btrdb.api.cluster.ClusterTopology;
import io.btrdb.api.cluster.NodeAddress;
import io.btrdb.api.cluster.ShardRoute;
import io.btrdb.codec.StreamHash;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Which shard owns a slot, which node led the shard last, and which nodes hold it. Immutable. Nodes
 * may differ in what they know: the highest term wins for each shard's leader, whoever told it, and
 * the last word for everything else, which is only a hint.
 */
final class RouteMap {
  static final RouteMap EMPTY =
      new RouteMap("", new int[StreamHash.SLOTS], Map.of(), Map.of(), Map.of(), "");

  /** A shard's leader: a node id, empty while none was ever known. */
  record Route(String leader, long term) {
    boolean isOlderThan(Route other) {
      return other.term > term || (other.term == term && leader.isEmpty());
    }
  }

  /**
   * A node that holds a shard.
   *
   * @param address for clients
   * @param zone empty when it has none
   */
  record Replica(String address, String zone) {}

  private final String clusterId;

  /** Shard + 1 by slot, 0 where nobody told. */
  private final int[] shardOfSlot;

  private final Map<Integer, Route> routes;

  /** Ids of the nodes that hold a shard. */
  private final Map<Integer, List<String>> holders;

  private final Map<String, Replica> nodes;
  private final String catalogLeader;

  private RouteMap(
      String clusterId,
      int[] shardOfSlot,
      Map<Integer, Route> routes,
      Map<Integer, List<String>> holders,
      Map<String, Replica> nodes,
      String catalogLeader) {
    this.clusterId = clusterId;
    this.shardOfSlot = shardOfSlot;
    this.routes = routes;
    this.holders = holders;
    this.nodes = nodes;
    this.catalogLeader = catalogLeader;
  }

  /** This map with what a node told; a node of another cluster replaces it. */
  RouteMap with(ClusterTopology told) {
    if (told.getShardsCount() == 0 && told.getNodesCount() == 0) {
      return this;
    }
    RouteMap base = clusterId.equals(told.getClusterId()) ? this : EMPTY;
    int[] slots = base.shardOfSlot.clone();
    Map<Integer, Route> newRoutes = new HashMap<>(base.routes);
    Map<Integer, List<String>> newHolders = new HashMap<>(base.holders);
    for (ShardRoute shard : told.getShardsList()) {
      int from = Math.min(shard.getFirstSlot(), StreamHash.SLOTS);
      int to = Math.min(from + shard.getSlotCount(), StreamHash.SLOTS);
      Arrays.fill(slots, from, Math.max(from, to), shard.getShard() + 1);
      Route route = new Route(shard.getLeader(), shard.getLeaderTerm());
      newRoutes.merge(
          shard.getShard(), route, (old, fresh) -> old.isOlderThan(fresh) ? fresh : old);
      newHolders.put(shard.getShard(), List.copyOf(shard.getReplicasList()));
    }
    Map<String, Replica> newNodes = new HashMap<>(base.nodes);
    for (NodeAddress node : told.getNodesList()) {
      newNodes.put(node.getNodeId(), new Replica(node.getGrpc(), node.getZone()));
    }
    String catalog =
        told.getCatalogLeader().isEmpty() ? base.catalogLeader : told.getCatalogLeader();
    return new RouteMap(told.getClusterId(), slots, newRoutes, newHolders, newNodes, catalog);
  }

  /** This map without the node at an address, which is gone. */
  RouteMap without(String address) {
    Map<String, Replica> newNodes = new HashMap<>(nodes);
    newNodes.values().removeIf(node -> node.address().equals(address));
    return new RouteMap(clusterId, shardOfSlot, routes, holders, newNodes, catalogLeader);
  }

  String clusterId() {
    return clusterId;
  }

  /** The shard of a stream, or -1 while nobody told. */
  int shardOf(UUID stream) {
    return shardOfSlot[StreamHash.slot(stream)] - 1;
  }

  /** Address of the shard's last known leader, or null. */
  String leaderOf(int shard) {
    Route route = routes.get(shard);
    return route == null ? null : addressOf(route.leader());
  }

  private String addressOf(String node) {
    Replica known = nodes.get(node);
    return known == null ? null : known.address();
  }

  /** The nodes that hold a shard and whose address is known. */
  List<Replica> replicasOf(int shard) {
    return holders.getOrDefault(shard, List.of()).stream()
        .map(nodes::get)
        .filter(Objects::nonNull)
        .toList();
  }

  long termOf(int shard) {
    Route route = routes.get(shard);
    return route == null ? 0 : route.term();
  }

  /** Address of the catalog's leader, or null. */
  String catalogLeader() {
    return addressOf(catalogLeader);
  }
}
