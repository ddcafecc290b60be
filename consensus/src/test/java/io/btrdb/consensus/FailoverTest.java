package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.consensus.ConsensusException.Applied;
import io.btrdb.consensus.ConsensusException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class FailoverTest {
  @TempDir Path folder;

  @Test
  void shouldLoseNoAcknowledgedCommandAndApplyNoneTwiceWhenTheLeaderStops() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      PeerId first = cluster.leader(group);
      Set<String> acknowledged = ConcurrentHashMap.newKeySet();
      Set<String> refused = ConcurrentHashMap.newKeySet();
      AtomicBoolean stop = new AtomicBoolean();
      List<Thread> writers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int writer = t;
        writers.add(
            Thread.ofPlatform()
                .start(() -> write(cluster, group, writer, stop, acknowledged, refused)));
      }
      TestCluster.await("some acknowledgements", () -> acknowledged.size() > 200);
      cluster.stop(first);
      int before = acknowledged.size();
      TestCluster.await("more acknowledgements", () -> acknowledged.size() > before + 200);
      stop.set(true);
      for (Thread writer : writers) {
        writer.join();
      }
      cluster.submit(group, "last");
      cluster.converge(group, "last");
      List<String> applied = cluster.machine(cluster.leader(group), group).commands();
      Set<String> distinct = new HashSet<>(applied);
      assertEquals(applied.size(), distinct.size(), "every command was submitted once");
      assertTrue(distinct.containsAll(acknowledged), "an acknowledged command was lost");
      refused.retainAll(distinct);
      assertEquals(Set.of(), refused, "applied although the answer was: certainly not");
    }
  }

  private static void write(
      TestCluster cluster,
      GroupId group,
      int writer,
      AtomicBoolean stop,
      Set<String> acknowledged,
      Set<String> refused) {
    for (int i = 0; !stop.get(); i++) {
      String command = "w" + writer + "-" + i;
      RaftNode node = cluster.node(cluster.leader(group));
      if (node == null) {
        continue;
      }
      try {
        node.group(group).orElseThrow().submit(TestCluster.bytes(command)).join();
        acknowledged.add(command);
      } catch (CompletionException e) {
        if (((ConsensusException) e.getCause()).applied() == Applied.NO) {
          refused.add(command);
        }
      } catch (java.util.NoSuchElementException e) {
        // The node is being stopped.
      }
    }
  }

  @Test
  void shouldElectAnotherLeaderWhenOneGetsNowhere() throws Exception {
    GroupId group = TestCluster.newGroup();
    RaftOptions options = TestCluster.FAST.withRequestTimeout(Duration.ofSeconds(1));
    CountDownLatch never = new CountDownLatch(1);
    try (TestCluster cluster = new TestCluster(folder, options).create(group)) {
      cluster.submit(group, "a");
      PeerId stuck = cluster.follower(group);
      cluster.machine(stuck, group).gate = never;
      cluster.submit(group, "b");
      ReplicatedLog leader = cluster.log(cluster.leader(group), group);
      // It has all entries, so Raft takes it; it answers when the new leader is ready, or not.
      leader.transferLeadership(stuck, Duration.ofSeconds(5)).exceptionally(late -> null);
      TestCluster.await(
          "the stuck replica to lead",
          () -> cluster.log(stuck, group).role().kind() == Role.Kind.LEADER);
      assertFalse(cluster.log(stuck, group).role().ready());
      cluster.submit(group, "c");
      Health.Failed failed =
          assertInstanceOf(Health.Failed.class, cluster.log(stuck, group).health());
      assertTrue(failed.reason().getMessage().contains("gets nowhere"), failed.toString());
      assertTrue(
          List.of(failed.reason().getCause().getStackTrace()).stream()
              .anyMatch(frame -> frame.getClassName().equals(RecordingMachine.class.getName())),
          "where it hangs");
      never.countDown();
      cluster.node(stuck).reopen(group);
      cluster.submit(group, "d");
      cluster.converge(group, "d");
    } finally {
      never.countDown();
    }
  }

  @Test
  void shouldHandTheLeadershipOverOnRequest() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      cluster.submit(group, "a");
      PeerId old = cluster.leader(group);
      PeerId chosen = cluster.follower(group);
      ReplicatedLog oldLog = cluster.log(old, group);
      long oldTerm = oldLog.role().term();
      oldLog.transferLeadership(chosen, Duration.ofSeconds(5)).join();
      TestCluster.await("the chosen leader", () -> cluster.log(chosen, group).role().ready());
      TestCluster.await(
          "the old leader to hear of it",
          () ->
              cluster.machine(old, group).events.contains(new Leadership.LostLeadership(oldTerm)));
      ConsensusException refused = refusal(() -> oldLog.submit(new byte[1]).join());
      assertEquals(Kind.NOT_LEADER, refused.kind());
      assertEquals(Applied.NO, refused.applied());
      assertEquals(Kind.NOT_LEADER, refusal(() -> oldLog.linearize().join()).kind());
      cluster.submit(group, "b");
      cluster.converge(group, "b");
      List<Leadership> events = cluster.machine(chosen, group).events;
      long newTerm = cluster.log(chosen, group).role().term();
      assertTrue(events.contains(new Leadership.BecameLeader(newTerm)), events::toString);
    }
  }

  @Test
  void shouldRefuseReadsAndLeaveWritesUnknownWithoutAMajority() throws Exception {
    GroupId group = TestCluster.newGroup();
    RaftOptions options = TestCluster.FAST.withRequestTimeout(Duration.ofSeconds(2));
    try (TestCluster cluster = new TestCluster(folder, options).create(group)) {
      PeerId leader = cluster.leader(group);
      ReplicatedLog log = cluster.log(leader, group);
      for (PeerId other : cluster.running()) {
        if (!other.equals(leader)) {
          cluster.stop(other);
        }
      }
      // Still leader or not any more, but never an answer.
      ConsensusException read = refusal(() -> log.linearize().join());
      assertTrue(read.kind() == Kind.NOT_LEADER || read.kind() == Kind.UNAVAILABLE, read::toString);
      ConsensusException write = refusal(() -> log.submit(TestCluster.bytes("x")).join());
      assertTrue(
          write.kind() == Kind.NOT_LEADER || write.kind() == Kind.UNAVAILABLE, write::toString);
      assertFalse(cluster.machine(leader, group).commands().contains("x"));
      TestCluster.await("the leader to step down", () -> !log.role().ready());
    }
  }

  @Test
  void shouldFailOnlyTheGroupWhoseApplyThrows() throws Exception {
    GroupId broken = TestCluster.newGroup();
    GroupId sound = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(broken, sound)) {
      ReplicatedLog log = cluster.log(cluster.leader(broken), broken);
      ConsensusException e = refusal(() -> log.submit(TestCluster.bytes("poison")).join());
      assertEquals(Applied.UNKNOWN, e.applied());
      assertEquals(Kind.FAILED, e.kind());
      // The third may never hear that the entry is committed: nobody is left to tell it.
      TestCluster.await(
          "two replicas of the group to fail",
          () ->
              cluster.running().stream()
                      .filter(id -> cluster.machine(id, broken).failure != null)
                      .count()
                  >= 2);
      assertInstanceOf(Health.Failed.class, log.health());
      assertEquals(Kind.FAILED, refusal(() -> log.submit(new byte[1]).join()).kind());
      assertEquals(Kind.FAILED, refusal(() -> log.linearize().join()).kind());
      cluster.submit(sound, "works");
      cluster.converge(sound, "works");
    }
  }

  static ConsensusException refusal(Runnable action) {
    CompletionException e = assertThrows(CompletionException.class, action::run);
    return assertInstanceOf(ConsensusException.class, e.getCause());
  }
}
