package io.btrdb.node.http;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.MemberStatus;
import io.btrdb.api.cluster.MoveStatus;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.NodeStatus;
import java.util.List;

/** Statuses of clusters that do not exist, as full of life as real ones. */
final class SampleStatus {
  static final int SLOTS = 4_096;
  private static final long GIGA = 1_000_000_000L;

  private SampleStatus() {}

  /** Healthy: every range has three replicas on the nodes, led in turn. */
  static ClusterStatus.Builder healthy(int shards, String... nodes) {
    ClusterStatus.Builder status =
        ClusterStatus.newBuilder()
            .setClusterId("7c9e6679-7425-40de-944b-e07fc1f90ae7")
            .setClusterName("grid-north")
            .setAnsweredBy(nodes[0])
            .setController(nodes[0])
            .setZooKeeper("connected")
            .setReplication(Math.min(3, nodes.length));
    for (int shard = 0; shard < shards; shard++) {
      int first = shard * SLOTS / shards;
      status.addGroups(
          group("g" + shard, shard, nodes)
              .setFirstSlot(first)
              .setSlotCount((shard + 1) * SLOTS / shards - first)
              .setBytes(GIGA + shard * 70_000_000L)
              .setPointsRate(9_000 + 700L * (shard % 5)));
    }
    status.addGroups(group("catalog", shards, nodes).setShard(0).setCatalog(true));
    for (String node : nodes) {
      status.addNodes(node(node, status.getGroupsList(), status.getNodesCount()));
    }
    return status;
  }

  private static GroupStatus.Builder group(String id, int shard, String... nodes) {
    GroupStatus.Builder group =
        GroupStatus.newBuilder().setGroup(id).setShard(shard).setTerm(3).setEpoch(2);
    int replicas = Math.min(3, nodes.length);
    for (int i = 0; i < replicas; i++) {
      String node = nodes[(shard + i) % nodes.length];
      group.addMembers(
          MemberStatus.newBuilder().setNodeId(node).setPeer(node + "-1").setHealthy(true));
    }
    return group.setLeader(nodes[shard % nodes.length]);
  }

  private static NodeStatus node(String name, List<GroupStatus> groups, int number) {
    long replicas = groups.stream().filter(group -> isOn(group, name)).count();
    long leaders = groups.stream().filter(group -> group.getLeader().equals(name)).count();
    return NodeStatus.newBuilder()
        .setCard(
            NodeCard.newBuilder()
                .setNodeId(name)
                .setGrpc("10.0.0." + (11 + number) + ":4410")
                .setZone("rack-" + (char) ('a' + number))
                .setCapacity(100)
                .setVersion("0.1.0"))
        .setReachable(true)
        .setReady(true)
        .setRegistered(true)
        .setReplicas((int) replicas)
        .setLeaders((int) leaders)
        .setDiskFreeBytes(300 * GIGA)
        .setDiskTotalBytes(500 * GIGA)
        .setDataBytes(replicas * GIGA)
        .setPointsRate(leaders * 9_500)
        .build();
  }

  private static boolean isOn(GroupStatus group, String node) {
    return group.getMembersList().stream().anyMatch(m -> m.getNodeId().equals(node));
  }

  /**
   * Much is wrong at once: n3 is gone silent, shard 5 has no leader, a replica of shard 2 has
   * failed, one of shard 7 lags, one of shard 1 is on its way to n4, whose disk is nearly full.
   */
  static ClusterStatus.Builder troubled() {
    ClusterStatus.Builder status = healthy(16, "n1", "n2", "n3", "n4");
    NodeStatus.Builder silent = status.getNodesBuilder(2);
    silent.setReachable(false).setReady(false).setSilentMillis(42_000);
    status.getNodesBuilder(3).setDiskFreeBytes(30 * GIGA);
    status.getNodesBuilder(1).setReady(false).setNotReadyReason("shard 2 has failed");
    status.getGroupsBuilder(5).setLeader("");
    member(status, 7, "n2").setLagEntries(12_345);
    status
        .getGroupsBuilder(1)
        .addMembers(
            MemberStatus.newBuilder()
                .setNodeId("n1")
                .setPeer("n1-2")
                .setListener(true)
                .setHealthy(true)
                .setLagEntries(800));
    member(status, 4, "n2").setHealthy(false).setReason("the log ends in a torn entry");
    for (GroupStatus.Builder group : status.getGroupsBuilderList()) {
      for (MemberStatus.Builder member : group.getMembersBuilderList()) {
        if (member.getNodeId().equals("n3")) {
          member.setHealthy(false).setReason("n3 does not answer");
        }
      }
      if (group.getLeader().equals("n3")) {
        group.setLeader("n4").setTerm(4);
      }
    }
    return status
        .addMoves(move(1, "n4", "n1", "taken in as a listener", 620_000_000, GIGA, 800))
        .addMoves(move(9, "n2", "n1", "", 0, 0, 0).toBuilder().setStartedMillis(0).build())
        .addNotes("n3 is replaced when it stays away for 9 more minutes");
  }

  private static MemberStatus.Builder member(ClusterStatus.Builder status, int group, String node) {
    return status.getGroupsBuilder(group).getMembersBuilderList().stream()
        .filter(member -> member.getNodeId().equals(node))
        .findFirst()
        .orElseThrow();
  }

  private static MoveStatus move(
      int shard, String from, String to, String step, long done, long total, long lag) {
    return MoveStatus.newBuilder()
        .setGroup("g" + shard)
        .setName("shard " + shard)
        .setFromNode(from)
        .setToNode(to)
        .setWhy("to even out replicas over the nodes")
        .setStep(step)
        .setDoneBytes(done)
        .setTotalBytes(total)
        .setLagEntries(lag)
        .setStartedMillis(System.currentTimeMillis() - 45_000)
        .build();
  }

  /** A node that waits for others, and belongs to no cluster yet. */
  static ClusterStatus.Builder forming() {
    return ClusterStatus.newBuilder()
        .setClusterName("grid-north")
        .setAnsweredBy("n1")
        .setReplication(3)
        .addNodes(
            NodeStatus.newBuilder()
                .setCard(NodeCard.newBuilder().setNodeId("n1").setGrpc("10.0.0.11:4410"))
                .setReachable(true)
                .setNotReadyReason("waiting for n2 and n3 before the cluster can be formed")
                .setDiskFreeBytes(300 * GIGA)
                .setDiskTotalBytes(500 * GIGA));
  }
}
