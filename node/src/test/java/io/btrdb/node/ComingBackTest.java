package io.btrdb.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.api.cluster.ChangeRequest;
import io.btrdb.api.cluster.HostReplicaRequest;
import io.btrdb.api.cluster.HostReplicaResponse;
import io.btrdb.api.cluster.PeerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that were away while the cluster changed. */
@Timeout(300)
class ComingBackTest {
  @TempDir Path folder;

  @Test
  void shouldDropAReplicaThatWasMovedAwayMeanwhile() throws Exception {
    try (InProcessNodes nodes = new InProcessNodes(folder, 1).found("n1", "n2", "n3")) {
      nodes.add("n4", "n1");
      try (SteadyWriter writer = new SteadyWriter("away", () -> nodes.client("n4")).start()) {
        writer.awaitMore(20);
        String leaving = nodes.peerId("n3");
        List<String> groups = nodes.groups();
        nodes.stop("n3");
        for (String group : groups) {
          HostReplicaResponse hosted =
              nodes.peer("n4").hostReplica(HostReplicaRequest.newBuilder().setGroup(group).build());
          nodes.change(
              ChangeRequest.newBuilder()
                  .setGroup(group)
                  .setAddPeer(hosted.getPeer())
                  .setAddAddress(hosted.getAddress())
                  .setRemovePeer(leaving)
                  .setEpoch(1)
                  .build());
        }
        nodes.start("n3");
        InProcessNodes.await(
            "n3 to find out that it has nothing any more",
            () -> nodes.hello("n3").getGroupsCount() == 0);
        InProcessNodes.await(
            "the log on n3 to be gone",
            () ->
                groups.stream()
                    .noneMatch(g -> Files.exists(nodes.dataFolder("n3").resolve("raft/" + g))));
        nodes.awaitReady("n3");
        writer.awaitMore(20);
        writer.finish();
      }
    }
  }

  @Test
  void shouldBringAWipedNodeBackIntoTheGroupsItHasNowAndFindAMovedOne() throws Exception {
    try (InProcessNodes nodes = new InProcessNodes(folder, 1).found("n1", "n2", "n3")) {
      nodes.add("n4", "n1");
      String shard = nodes.groups().get(0);
      nodes.move(shard, "n1", "n4", 1);
      String before = nodes.hello("n4").getIncarnation();
      nodes.stop("n4");
      delete(nodes.dataFolder("n4"));
      nodes.relocate("n4");
      nodes.start("n4");
      String after = nodes.hello("n4").getIncarnation();
      assertNotEquals(before, after);
      InProcessNodes.await("n4 to vote again", () -> voters(nodes, shard).contains("n4-" + after));
      assertEquals(3, voters(nodes, shard).size());
      nodes.awaitReady("n4");
      assertEquals(1, nodes.hello("n4").getGroupsCount(), "the shard only");
      InProcessNodes.await(
          "n2 to know where n4 is",
          () ->
              nodes.hello("n2").getNodesList().stream()
                  .anyMatch(card -> card.getGrpc().equals(nodes.hello("n4").getGrpc())));
      assertTrue(nodes.topologyNodes("n2").contains("n4"));
    }
  }

  private static Set<String> voters(InProcessNodes nodes, String group) {
    return nodes.state(nodes.leader(group), group).orElseThrow().getMembersList().stream()
        .filter(member -> !member.getListener())
        .map(PeerState::getPeer)
        .collect(Collectors.toSet());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
