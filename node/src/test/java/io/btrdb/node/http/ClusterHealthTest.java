package io.btrdb.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.MemberStatus;
import io.btrdb.api.cluster.VerifyStatus;
import io.btrdb.node.http.ClusterHealth.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterHealthTest {
  private final ClusterStatus.Builder status = SampleStatus.healthy(16, "n1", "n2", "n3", "n4");

  /** Findings as {@code LEVEL text}. */
  private List<String> findings() {
    return ClusterHealth.of(status.build()).findings().stream()
        .map(finding -> finding.level() + " " + finding.text())
        .toList();
  }

  @Test
  void shouldHaveNothingToSayOfAHealthyCluster() {
    assertEquals(List.of(), findings());
    assertEquals("All good", ClusterHealth.of(status.build()).headline());
    assertEquals(Level.GOOD, ClusterHealth.of(status.build()).level());
  }

  @Test
  void shouldNameRangesWithoutLeader() {
    status.getGroupsBuilder(3).setLeader("");
    assertEquals(
        List.of("CRITICAL Shard 3 has no leader: writes and latest reads wait for one"),
        findings());
    for (int shard = 4; shard < 11; shard++) {
      status.getGroupsBuilder(shard).setLeader("");
    }
    status.getGroupsBuilder(16).setLeader("");
    assertEquals(
        List.of(
            "CRITICAL Shards 3, 4, 5, 6, 7 and 3 others have no leader: writes and latest reads"
                + " wait for one",
            "CRITICAL The catalog has no leader: streams cannot be made or looked up"),
        findings());
  }

  @Test
  void shouldTellASilentNodeOnceHoweverManyReplicasItHas() {
    status.getNodesBuilder(2).setReachable(false).setReady(false).setSilentMillis(180_000);
    for (GroupStatus.Builder group : status.getGroupsBuilderList()) {
      for (MemberStatus.Builder member : group.getMembersBuilderList()) {
        if (member.getNodeId().equals("n3")) {
          member.setHealthy(false).setReason("does not answer").setLagEntries(99_999);
        }
      }
    }
    assertEquals(List.of("WARNING n3 has not answered for 3 min"), findings());
  }

  @Test
  void shouldPutTheWorstFirstAndCountTheRest() {
    status.setZooKeeper("lost").setController("");
    status.getNodesBuilder(0).setReady(false).setNotReadyReason("the logs are being replayed");
    status.getNodesBuilder(1).setDiskFreeBytes(15_000_000_000L).setDraining(true).setReplicas(2);
    status
        .getNodesBuilder(2)
        .setVerify(VerifyStatus.newBuilder().setDamaged(3).setRepaired(1).build());
    assertEquals(
        List.of(
            "CRITICAL The disk of n2 is 97 % full",
            "CRITICAL n3 has 2 damaged blocks that are not repaired",
            "WARNING n1 is not ready: the logs are being replayed",
            "WARNING ZooKeeper cannot be reached from n1: reads and writes go on, replicas are not"
                + " moved until it is back",
            "NOTE n2 is being drained: 2 replicas are left"),
        findings());
    ClusterHealth health = ClusterHealth.of(status.build());
    assertEquals("The disk of n2 is 97 % full, and 3 more", health.headline());
    assertFalse(health.isGood());
  }

  @Test
  void shouldMissReplicasOnlyWhereThereAreNodesForThem() {
    status.getGroupsBuilder(7).removeMembers(2);
    status.getGroupsBuilder(8).getMembersBuilder(2).setListener(true);
    assertEquals(List.of("WARNING Shards 7 and 8 have fewer than 3 replicas"), findings());
    status.getNodesBuilder(0).setDraining(true).setReplicas(0);
    status.getNodesBuilder(1).getCardBuilder().setGone(true);
    assertEquals(List.of("NOTE n1 is drained and holds no replicas"), findings());
  }

  @Test
  void shouldTellFailedFromLaggingReplicas() {
    for (int shard : new int[] {0, 4, 8}) {
      status.getGroupsBuilder(shard).getMembersBuilder(1).setHealthy(false).setReason("torn log");
    }
    status.getGroupsBuilder(1).getMembersBuilder(1).setLagEntries(1_234);
    status.getGroupsBuilder(2).getMembersBuilder(1).setLagEntries(999);
    assertEquals(
        List.of(
            "WARNING 3 replicas on n2 do not serve: torn log",
            "WARNING 1 replica on n3 is 1,234 entries behind"),
        findings());
  }

  @Test
  void shouldSayWhatPlacementLacks() {
    status.setController("");
    assertEquals(
        List.of("WARNING No controller is elected: replicas are not moved until one is"),
        findings());
    status.setZooKeeper("refused");
    assertTrue(findings().getFirst().startsWith("WARNING ZooKeeper has another cluster"));
  }

  @Test
  void shouldCallMovesGood() {
    status.addAllMoves(SampleStatus.troubled().getMovesList());
    assertEquals(List.of("NOTE 2 replicas are to move"), findings());
    assertTrue(ClusterHealth.of(status.build()).isGood());
    assertEquals("All good", ClusterHealth.of(status.build()).headline());
  }
}
