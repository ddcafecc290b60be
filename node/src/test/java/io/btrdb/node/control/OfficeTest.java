package io.btrdb.node.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.AdminReply;
import io.btrdb.placement.coordination.PlacementMap;
import io.btrdb.placement.plan.Limits;
import io.btrdb.placement.plan.Limits.Balance;
import io.btrdb.placement.plan.MoveReplica;
import io.btrdb.placement.plan.Why;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OfficeTest {
  private static final Limits LIMITS = new Limits(60_000, 30_000, 2, 2, Balance.LOADS);
  private static final int ROUNDS_MAX = 1_000;

  private ModelCluster cluster;
  private Office office;

  @BeforeEach
  void found() {
    cluster = new ModelCluster();
    nodes("n1", "n2", "n3");
    cluster.found(6, 3);
    office = null;
  }

  private void nodes(String... ids) {
    for (String id : ids) {
      cluster.addNode(id);
    }
  }

  private Office open(Limits limits) throws Exception {
    return new Office(cluster.founding(), 3, limits, cluster, cluster, () -> cluster.millis);
  }

  /** One round of whoever is controller; who dies in it has a successor in the next. */
  private void round(Limits limits) throws Exception {
    cluster.millis += 1_000;
    try {
      if (office == null) {
        office = open(limits);
      }
      office.round();
    } catch (ModelCluster.Died died) {
      office = null;
    }
  }

  private void settle() throws Exception {
    int quiet = 0;
    for (int round = 0; quiet < 30; round++) {
      assertTrue(round < ROUNDS_MAX, "does not come to rest");
      int changes = cluster.changes;
      round(LIMITS);
      boolean idle = cluster.changes == changes && office != null && moves().isEmpty();
      quiet = idle ? quiet + 1 : 0;
    }
  }

  private List<PlacementMap.Move> moves() {
    return cluster.kept.map(PlacementMap::moves).orElse(List.of());
  }

  private void assertHolds(int each, String... nodes) {
    for (String node : nodes) {
      assertEquals(each, cluster.held(node), node + " holds");
      assertEquals(each, cluster.nodes.get(node).hosted.size(), node + " keeps on disk");
    }
  }

  @Test
  void shouldDoNothingToABalancedCluster() throws Exception {
    settle();
    assertEquals(0, cluster.changes);
    assertHolds(6, "n1", "n2", "n3");
    assertEquals(6, cluster.kept.orElseThrow().groups().size());
  }

  @Test
  void shouldSpreadOverNodesThatComeAndDeleteWhatHasLeft() throws Exception {
    nodes("n4", "n5", "n6");
    settle();
    assertEquals(9, cluster.changes);
    assertHolds(3, "n1", "n2", "n3", "n4", "n5", "n6");
    for (String node : cluster.nodes.keySet()) {
      assertEquals(1, cluster.led(node), node + " leads");
    }
  }

  @Test
  void shouldPartTwoHotRangesOnceTheirRatesAreTrustedAndLeaveItAtThat() throws Exception {
    cluster.shard(0).pointsRate = 40_000;
    cluster.shard(3).pointsRate = 60_000;
    for (int second = 0; second < 110; second++) {
      round(LIMITS);
    }
    assertEquals("n1", cluster.leader(0), "too early");
    assertEquals("n1", cluster.leader(3), "too early");
    for (int second = 0; second < 600; second++) {
      cluster.shard(0).pointsRate = second % 2 == 0 ? 32_000 : 48_000;
      cluster.shard(3).pointsRate = second % 3 == 0 ? 48_000 : 72_000;
      round(LIMITS);
    }
    assertNotEquals(cluster.leader(0), cluster.leader(3));
    for (String node : cluster.nodes.keySet()) {
      assertEquals(2, cluster.led(node), node + " leads");
    }
    assertEquals(2, cluster.transfers, "one goes, another comes");
    assertEquals(0, cluster.changes);
  }

  @Test
  void shouldGoByWhatMostReplicasSayOfTheirRate() throws Exception {
    cluster.shard(0).pointsRate = 60_000;
    cluster.shard(0).misreadBy = "n1";
    for (int second = 0; second < 300; second++) {
      round(LIMITS);
    }
    assertEquals(0, cluster.transfers, "for what one replica has read again from its log");
    AdminReply preview = office.serve(new Command.Balance(true));
    assertEquals("nothing to move", preview.getMessage());
  }

  @Test
  void shouldDrainANodeAndLetItGo() throws Exception {
    nodes("n4");
    settle();
    AdminReply refused = office.serve(new Command.RemoveNode("n2"));
    assertEquals(421, refused.getCode());
    assertEquals(0, office.serve(new Command.Drain("n2", false)).getCode());
    settle();
    assertHolds(6, "n1", "n3", "n4");
    assertHolds(0, "n2");
    assertEquals(0, cluster.led("n2"));
    assertEquals(0, office.serve(new Command.RemoveNode("n2")).getCode());
    assertEquals(Set.of("n2"), cluster.removed);
    assertEquals(Set.of(), cluster.kept.orElseThrow().draining());
  }

  @Test
  void shouldReplaceANodeOnlyWhenItStaysAway() throws Exception {
    nodes("n4");
    settle();
    cluster.kill("n1");
    for (int second = 0; second < 50; second++) {
      round(LIMITS);
    }
    assertTrue(cluster.held("n1") > 0, "too early");
    settle();
    assertEquals(0, cluster.held("n1"));
    for (String node : List.of("n2", "n3", "n4")) {
      assertEquals(6, cluster.held(node));
    }
  }

  @Test
  void shouldGrowWithTheClusterFromOneNodeToThree() throws Exception {
    cluster = new ModelCluster();
    nodes("n1");
    cluster.found(4, 3);
    settle();
    assertHolds(4, "n1");
    nodes("n2");
    settle();
    assertHolds(4, "n1", "n2");
    nodes("n3");
    settle();
    assertHolds(4, "n1", "n2", "n3");
  }

  @Test
  void shouldMoveWhatAnOperatorNamesAndSayWhyNot() throws Exception {
    nodes("n4");
    Limits still = new Limits(60_000, 30_000, 2, 2, Balance.NONE);
    round(still);
    String group = cluster.groups.keySet().iterator().next();
    AdminReply there =
        office.serve(new Command.Change(new MoveReplica(group, "n1", "n2", Why.REQUESTED)));
    assertEquals("n2 has a replica of this group already", there.getMessage());
    assertEquals(
        0,
        office
            .serve(new Command.Change(new MoveReplica(group, "n1", "n4", Why.REQUESTED)))
            .getCode());
    for (int i = 0; i < 30; i++) {
      round(still);
    }
    assertEquals(Set.of("n2-i", "n3-i", "n4-i"), cluster.groups.get(group).voters);
    assertEquals(1, cluster.changes);
  }

  @Test
  void shouldBalanceOnceWhenAskedAndTellBeforehandWhat() throws Exception {
    nodes("n4");
    Limits still = new Limits(60_000, 30_000, 2, 2, Balance.NONE);
    round(still);
    AdminReply preview = office.serve(new Command.Balance(true));
    assertTrue(preview.getMessage().startsWith("would be done:"), preview.getMessage());
    assertEquals(4, preview.getMessage().lines().filter(l -> l.contains("to n4")).count());
    for (int i = 0; i < 20; i++) {
      round(still);
    }
    assertEquals(0, cluster.changes);
    office.serve(new Command.Balance(false));
    for (int i = 0; i < 60; i++) {
      round(still);
    }
    assertEquals(4, cluster.changes);
    assertFalse(cluster.kept.orElseThrow().groups().isEmpty());
  }

  @Test
  void shouldRememberDrainsAndMovesWhenZooKeeperIsWiped() throws Exception {
    nodes("n4");
    round(LIMITS);
    office.serve(new Command.Drain("n3", false));
    cluster.kept = Optional.empty();
    cluster.version = 0;
    office = null;
    settle();
    assertEquals(Set.of("n3"), cluster.kept.orElseThrow().draining());
    assertHolds(6, "n1", "n2", "n4");
  }

  @Test
  void shouldGoOnWhereverAControllerDies() throws Exception {
    int last = 1;
    for (int death = 1; death <= last; death++) {
      for (boolean before : new boolean[] {true, false}) {
        for (boolean wiped : new boolean[] {false, true}) {
          last = Math.max(last, dieAt(death, before, wiped));
        }
      }
    }
    assertTrue(last > 40, "only " + last + " calls");
  }

  /** A drain with the death of its controller at one call; how many calls there were in all. */
  private int dieAt(int call, boolean before, boolean wiped) throws Exception {
    cluster = new ModelCluster();
    nodes("n1", "n2", "n3", "n4");
    cluster.found(4, 3);
    PlacementMap drain = PlacementMap.EMPTY.next(Set.of("n1"), List.of(), List.of());
    cluster.kept = Optional.of(drain);
    cluster.remembered = cluster.kept;
    office = null;
    cluster.lastCall = call;
    cluster.diesBefore = before;
    while (cluster.calls < call && cluster.millis < 1_100_000) {
      round(LIMITS);
    }
    if (wiped) {
      cluster.kept = Optional.empty();
      cluster.version = 0;
      office = null;
    }
    cluster.lastCall = -1;
    settle();
    String where = "after death at call " + call + (before ? " before" : " after") + " its effect";
    assertEquals(0, cluster.held("n1"), where);
    assertTrue(cluster.nodes.get("n1").hosted.isEmpty(), where);
    assertHolds(4, "n2", "n3", "n4");
    assertEquals(3, cluster.changes, where);
    return cluster.calls;
  }
}
