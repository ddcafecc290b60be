package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReplicationTest {
  @TempDir Path folder;

  @Test
  void shouldApplyCommandsInOrderOfSubmissionOnEveryReplicaAndReturnTheirOutcomes()
      throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      ReplicatedLog log = cluster.log(cluster.leader(group), group);
      List<CompletableFuture<Object>> outcomes = new ArrayList<>();
      List<String> commands = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        commands.add("c" + i);
        outcomes.add(log.submit(TestCluster.bytes("c" + i)));
      }
      for (int i = 0; i < 2000; i++) {
        assertEquals("done c" + i, outcomes.get(i).join());
      }
      cluster.converge(group, "c1999");
      RecordingMachine leader = cluster.machine(log.role().leader().orElseThrow(), group);
      assertEquals(commands, leader.commands());
      assertTrue(leader.entries < 1000, () -> leader.entries + " entries for 2000 commands");
      assertInstanceOf(Health.Healthy.class, log.health());
      assertEquals(3, log.members().voters().size());
    }
  }

  @Test
  void shouldReplayFromTheCheckpointWhenAllReplicasRestart() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      cluster.submit(group, "before");
      cluster.converge(group, "before");
      for (PeerId id : cluster.running()) {
        Position at = cluster.log(id, group).checkpointNow().join();
        assertTrue(at.index() >= 0);
      }
      cluster.submit(group, "after");
      List<String> lines = cluster.converge(group, "after");
      List<PeerId> all = cluster.running();
      cluster.stopAll();
      all.forEach(cluster::start);
      cluster.submit(group, "again");
      assertEquals(lines, cluster.converge(group, "again").subList(0, 2));
      for (PeerId id : all) {
        RecordingMachine machine = cluster.machine(id, group);
        assertTrue(machine.opened.get(0).index() >= 0);
        assertEquals(2, machine.applied, "replayed after the checkpoint: after, again");
      }
    }
  }
}
