package io.btrdb.node.door;

import io.btrdb.api.v5.Mash;
import io.btrdb.api.v5.Member;
import io.btrdb.codec.StreamHash;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.plane.DataPlane.NodeAddress;
import io.btrdb.node.plane.DataPlane.ShardRoute;
import io.btrdb.node.plane.DataPlane.Topology;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The topology in the form that BTrDB's clients know, its Mash: one member for each shard's range
 * of hashes, under the name of the node that leads it. Clients pick the member whose {@code [start,
 * end)} holds a stream's hash, and remember endpoints by {@code Member.hash}: so all members of a
 * node carry that node's hash, and no other node's.
 *
 * <p>A shard without a leader stays with its last known one, or with any replica: that node
 * forwards, and a gap would make clients fail.
 */
final class Mashes {
  private static final int HASH_BITS_PER_SLOT = 20;
  private static final int MEMBER_WEIGHT = 100;

  private final DataPlane data;

  Mashes(DataPlane data) {
    this.data = data;
  }

  /**
   * @param encrypted whether the caller talks TLS, and is to find nodes by it
   */
  Mash current(boolean encrypted) {
    return of(data.topology(), encrypted);
  }

  private static Mash of(Topology topology, boolean encrypted) {
    Map<String, NodeAddress> nodes = new TreeMap<>();
    topology.nodes().forEach(node -> nodes.put(node.nodeId(), node));
    Map<String, Integer> hashes = hashes(nodes.keySet());
    Mash.Builder mash =
        Mash.newBuilder()
            .setRevision(topology.revision())
            .setLeader(topology.catalogLeader())
            .setLeaderRevision(topology.revision());
    boolean allLed = true;
    int mapped = 0;
    for (ShardRoute route : topology.shards()) {
      NodeAddress node = server(route, nodes, topology.nodes());
      if (node == null) {
        continue;
      }
      allLed &= !route.leader().isEmpty();
      mapped += route.slotCount();
      mash.addMembers(member(route, node.grpc(encrypted), node, hashes.get(node.nodeId())));
    }
    return mash.setHealthy(allLed && mapped == StreamHash.SLOTS)
        .setUnmapped(1 - (double) mapped / StreamHash.SLOTS)
        .setTotalWeight((long) MEMBER_WEIGHT * mash.getMembersCount())
        .build();
  }

  /** Null only when no node is known at all. */
  private static NodeAddress server(
      ShardRoute route, Map<String, NodeAddress> known, List<NodeAddress> nodes) {
    NodeAddress leader = known.get(route.leader());
    if (leader != null) {
      return leader;
    }
    for (String replica : route.replicas()) {
      if (known.containsKey(replica)) {
        return known.get(replica);
      }
    }
    return nodes.isEmpty() ? null : nodes.get(0);
  }

  private static Member member(ShardRoute route, String grpc, NodeAddress node, int hash) {
    return Member.newBuilder()
        .setHash(hash)
        .setNodename(node.nodeId())
        .setUp(true)
        .setIn(true)
        .setEnabled(true)
        .setStart((long) route.firstSlot() << HASH_BITS_PER_SLOT)
        .setEnd((long) (route.firstSlot() + route.slotCount()) << HASH_BITS_PER_SLOT)
        .setWeight(MEMBER_WEIGHT)
        .setReadPreference(1)
        .setHttpEndpoints(node.http())
        .setGrpcEndpoints(grpc)
        .build();
  }

  /**
   * A number for each node, that of its name: the same on every node that knows the same nodes, and
   * stable as nodes come and go, but for a collision, where the later name moves on to the next.
   */
  private static Map<String, Integer> hashes(Set<String> sortedNames) {
    Map<String, Integer> hashes = new TreeMap<>();
    Set<Integer> taken = new HashSet<>();
    for (String name : sortedNames) {
      UUID digest = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
      int hash = (int) StreamHash.hash(digest);
      while (!taken.add(hash)) {
        hash++;
      }
      hashes.put(name, hash);
    }
    return hashes;
  }
}
