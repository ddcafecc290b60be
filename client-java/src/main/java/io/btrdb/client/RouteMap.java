package io.btrdb.client;

import io.btrdb.api.cluster.ClusterTopology;
import io.btrdb.api.cluster.NodeAddress;
import io.btrdb.api.cluster.ShardRoute;
import io.btrdb.codec.StreamHash;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Which shard owns a slot, and which node led the shard last. Immutable. Nodes may differ in what
 * they know; the highest term wins for each shard, whoever told it.
 */
final class RouteMap {
  static final RouteMap EMPTY = new RouteMap("", new int[StreamHash.SLOTS], Map.of(), Map.of(), "");

  /** A shard's leader: a node id, empty while none was ever known. */
  record Route(String leader, long term) {
    boolean isOlderThan(Route other) {
      return other.term > term || (other.term == term && leader.isEmpty());
    }
  }

  private final String clusterId;

  /** Shard + 1 by slot, 0 where nobody told. */
  private final int[] shardOfSlot;

  private final Map<Integer, Route> routes;
  private final Map<String, String> addresses;
  private final String catalogLeader;

  private RouteMap(
      String clusterId,
      int[] shardOfSlot,
      Map<Integer, Route> routes,
      Map<String, String> addresses,
      String catalogLeader) {
    this.clusterId = clusterId;
    this.shardOfSlot = shardOfSlot;
    this.routes = routes;
    this.addresses = addresses;
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
    for (ShardRoute shard : told.getShardsList()) {
      int from = Math.min(shard.getFirstSlot(), StreamHash.SLOTS);
      int to = Math.min(from + shard.getSlotCount(), StreamHash.SLOTS);
      Arrays.fill(slots, from, Math.max(from, to), shard.getShard() + 1);
      Route route = new Route(shard.getLeader(), shard.getLeaderTerm());
      newRoutes.merge(
          shard.getShard(), route, (old, fresh) -> old.isOlderThan(fresh) ? fresh : old);
    }
    Map<String, String> newAddresses = new HashMap<>(base.addresses);
    for (NodeAddress node : told.getNodesList()) {
      newAddresses.put(node.getNodeId(), node.getGrpc());
    }
    String catalog =
        told.getCatalogLeader().isEmpty() ? base.catalogLeader : told.getCatalogLeader();
    return new RouteMap(told.getClusterId(), slots, newRoutes, newAddresses, catalog);
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
    return route == null ? null : addresses.get(route.leader());
  }

  long termOf(int shard) {
    Route route = routes.get(shard);
    return route == null ? 0 : route.term();
  }

  /** Address of the catalog's leader, or null. */
  String catalogLeader() {
    return addresses.get(catalogLeader);
  }

  Collection<String> addresses() {
    return addresses.values();
  }
}
