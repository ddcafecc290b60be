package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.ChangeRequest;
import io.btrdb.api.cluster.ChangeResponse;
import io.btrdb.api.cluster.DropReplicaRequest;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HostReplicaRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class MovingReplicasTest {
  @TempDir Path folder;

  @Test
  void shouldMoveEveryReplicaOffANodeUnderWritesAndDeleteWhatItHad() throws Exception {
    try (InProcessNodes nodes = new InProcessNodes(folder, 2).found("n1", "n2", "n3")) {
      nodes.add("n4", "n2");
      assertEquals(0, nodes.hello("n4").getGroupsCount());
      try (SteadyWriter writer = new SteadyWriter("a", () -> nodes.client("n4")).start()) {
        writer.awaitMore(50);
        int leaderships = 0;
        for (String group : nodes.groups()) {
          leaderships += nodes.leader(group).equals("n1") ? 1 : 0;
          List<ChangeResponse.State> answers = nodes.move(group, "n1", "n4", 1);
          assertEquals(ChangeResponse.State.DONE, answers.get(answers.size() - 1));
        }
        System.out.println("moved " + nodes.groups().size() + " replicas, led: " + leaderships);
        writer.awaitMore(50);
        assertEquals(0, nodes.hello("n1").getGroupsCount());
        assertTrue(nodes.hello("n1").getReady(), "a node without replicas serves");
        assertEquals(Set.of("n2", "n3", "n4"), Set.copyOf(nodes.replicas("n1", 0)));
        for (String group : nodes.groups()) {
          assertFalse(Files.exists(nodes.dataFolder("n1").resolve("raft").resolve(group)));
          assertFalse(Files.exists(nodes.dataFolder("n1").resolve("state").resolve(group)));
        }
        assertFalse(Files.exists(nodes.dataFolder("n1").resolve("segments").resolve("0000")));
        nodes.stop("n3");
        writer.awaitMore(50);
        writer.finish();
      }
    }
  }

  @Test
  void shouldRefuseOldEpochsAndDropsOfMembers() throws Exception {
    try (InProcessNodes nodes = new InProcessNodes(folder, 1).found("n1", "n2", "n3")) {
      String group = nodes.groups().get(0);
      nodes.add("n4", "n1");
      nodes.peer("n4").hostReplica(HostReplicaRequest.newBuilder().setGroup(group).build());
      ChangeRequest add =
          ChangeRequest.newBuilder()
              .setGroup(group)
              .setAddPeer(nodes.peerId("n4"))
              .setAddAddress(nodes.hello("n4").getRaft())
              .setEpoch(7)
              .build();
      nodes.change(add);
      assertEquals(4, votersOf(nodes, group));
      assertEquals(7, nodes.state(nodes.leader(group), group).orElseThrow().getEpoch());
      ChangeResponse refused =
          nodes.peer(nodes.leader(group)).change(add.toBuilder().setEpoch(6).build());
      assertEquals(ChangeResponse.State.REFUSED, refused.getState());
      assertFalse(
          nodes
              .peer("n4")
              .dropReplica(
                  DropReplicaRequest.newBuilder()
                      .setGroup(group)
                      .setPeer(nodes.peerId("n4"))
                      .build())
              .getDone());
      nodes.change(
          ChangeRequest.newBuilder()
              .setGroup(group)
              .setRemovePeer(nodes.peerId(nodes.leader(group)))
              .setEpoch(8)
              .build());
      assertEquals(3, votersOf(nodes, group));
    }
  }

  private static long votersOf(InProcessNodes nodes, String group) {
    GroupState state = nodes.state(nodes.leader(group), group).orElseThrow();
    return state.getMembersList().stream().filter(member -> !member.getListener()).count();
  }
}
