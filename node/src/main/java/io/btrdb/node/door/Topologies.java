package io.btrdb.node.door;

import io.btrdb.api.cluster.ClusterTopology;
import io.btrdb.api.cluster.NodeAddress;
import io.btrdb.api.cluster.ShardRoute;
import io.btrdb.node.plane.DataPlane;

/** The topology as a message, made once for each that the data plane shows. Thread-safe. */
final class Topologies {
  private final DataPlane data;
  private volatile Made last;
  private volatile Made lastEncrypted;

  Topologies(DataPlane data) {
    this.data = data;
  }

  private record Made(DataPlane.Topology from, ClusterTopology message) {}

  /**
   * @param encrypted whether the caller talks TLS, and is to find nodes by it
   */
  ClusterTopology current(boolean encrypted) {
    DataPlane.Topology topology = data.topology();
    Made made = encrypted ? lastEncrypted : last;
    if (made == null || !made.from().equals(topology)) {
      made = new Made(topology, message(topology, encrypted));
      if (encrypted) {
        lastEncrypted = made;
      } else {
        last = made;
      }
    }
    return made.message();
  }

  private static ClusterTopology message(DataPlane.Topology topology, boolean encrypted) {
    ClusterTopology.Builder message =
        ClusterTopology.newBuilder()
            .setClusterId(topology.clusterId())
            .setRevision(topology.revision())
            .setCatalogLeader(topology.catalogLeader());
    topology
        .nodes()
        .forEach(
            node ->
                message.addNodes(
                    NodeAddress.newBuilder()
                        .setNodeId(node.nodeId())
                        .setGrpc(node.grpc(encrypted))
                        .setHttp(node.http())
                        .setZone(node.zone())));
    topology
        .shards()
        .forEach(
            route ->
                message.addShards(
                    ShardRoute.newBuilder()
                        .setShard(route.shard())
                        .setFirstSlot(route.firstSlot())
                        .setSlotCount(route.slotCount())
                        .setLeader(route.leader())
                        .setLeaderTerm(route.leaderTerm())
                        .addAllReplicas(route.replicas())));
    return message.build();
  }
}
