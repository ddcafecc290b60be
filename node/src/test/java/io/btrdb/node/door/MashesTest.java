package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.v5.Mash;
import io.btrdb.api.v5.Member;
import io.btrdb.node.plane.DataPlane.NodeAddress;
import io.btrdb.node.plane.DataPlane.ShardRoute;
import io.btrdb.node.plane.DataPlane.Topology;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The mash over clusters whose nodes come and go. */
class MashesTest {
  private static final int SHARDS = 16;
  private static final int SLOTS = 4096 / SHARDS;

  private final InMemoryPlane data = new InMemoryPlane();
  private final Mashes mashes = new Mashes(data);

  private static List<NodeAddress> nodes(int count) {
    List<NodeAddress> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new NodeAddress("n" + i, "10.0.0." + i + ":4410", "10.0.0." + i + ":4411"));
    }
    return nodes;
  }

  private Mash mash(List<NodeAddress> nodes, List<ShardRoute> routes) {
    data.topology = new Topology("c", 1, nodes, routes, "n0");
    return mashes.current(false);
  }

  private static ShardRoute route(int shard, String leader, String... replicas) {
    return new ShardRoute(shard, shard * SLOTS, SLOTS, leader, 1, List.of(replicas));
  }

  private static void assertNoGap(Mash mash) {
    long next = 0;
    for (Member member : mash.getMembersList()) {
      assertEquals(next, member.getStart());
      assertFalse(member.getGrpcEndpoints().isEmpty());
      next = member.getEnd();
    }
    assertEquals(1L << 32, next);
    assertEquals(0, mash.getUnmapped());
  }

  @Test
  void shouldLeaveNoGapWhoeverIsMissing() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      List<NodeAddress> known = new ArrayList<>(nodes(1 + random.nextInt(6)));
      List<ShardRoute> routes = new ArrayList<>();
      for (int shard = 0; shard < SHARDS; shard++) {
        // A leader or a replica may be a node that this one does not know (any more).
        String leader = random.nextBoolean() ? "" : "n" + random.nextInt(8);
        routes.add(route(shard, leader, "n" + random.nextInt(8), "n" + random.nextInt(8)));
      }
      Collections.shuffle(known, random);
      Mash mash = mash(known, routes);
      assertNoGap(mash);
      Map<Integer, String> nodeOf = new HashMap<>();
      Map<String, Integer> hashOf = new HashMap<>();
      for (Member member : mash.getMembersList()) {
        String node = nodeOf.putIfAbsent(member.getHash(), member.getNodename());
        Integer hash = hashOf.putIfAbsent(member.getNodename(), member.getHash());
        assertTrue(node == null || node.equals(member.getNodename()), "two nodes share a hash");
        assertTrue(hash == null || hash == member.getHash(), "a node has two hashes");
      }
    }
  }

  @Test
  void shouldNotNameANodeThatHoldsNothing() {
    List<ShardRoute> routes = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      routes.add(route(shard, "n" + shard % 3, "n0", "n1", "n2"));
    }
    Mash mash = mash(nodes(5), routes);
    assertNoGap(mash);
    assertTrue(mash.getHealthy());
    assertTrue(mash.getMembersList().stream().noneMatch(m -> m.getNodename().matches("n[34]")));
  }

  @Test
  void shouldKeepANodesHashWhileOthersComeAndGo() {
    List<ShardRoute> routes = List.of(route(0, "n1", "n1", "n2"));
    int before = mash(nodes(3), routes).getMembers(0).getHash();
    assertEquals(before, mash(nodes(9), routes).getMembers(0).getHash());
  }

  @Test
  void shouldSendToAReplicaWhenTheLeaderHasGone() {
    Mash mash = mash(nodes(3), List.of(route(0, "n7", "n7", "n2")));
    assertEquals("n2", mash.getMembers(0).getNodename());
  }
}
