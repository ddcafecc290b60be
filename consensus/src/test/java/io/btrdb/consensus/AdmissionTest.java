package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.consensus.ConsensusException.Applied;
import io.btrdb.consensus.ConsensusException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class AdmissionTest {
  @TempDir Path folder;

  @Test
  void shouldRefuseCommandsPastTheQueueAndTakeThemAgainLater() throws Exception {
    GroupId group = TestCluster.newGroup();
    RaftOptions options =
        TestCluster.FAST.withBatching(
            new RaftOptions.Batching(8 << 10, 16 << 10, 10, 1, 0, 64 << 10, Duration.ofMinutes(1)));
    try (TestCluster cluster = new TestCluster(folder, options).create(group)) {
      ReplicatedLog log = cluster.log(cluster.leader(group), group);
      List<CompletableFuture<Object>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(log.submit(TestCluster.bytes("c" + i + "-" + "x".repeat(4000))));
      }
      int taken = 0;
      for (CompletableFuture<Object> answer : answers) {
        try {
          answer.join();
          taken++;
        } catch (CompletionException e) {
          ConsensusException refused = (ConsensusException) e.getCause();
          assertEquals(Kind.OVERLOADED, refused.kind());
          assertEquals(Applied.NO, refused.applied());
          assertTrue(refused.retryAfter().toMillis() > 0);
        }
      }
      assertTrue(taken >= 15 && taken < 200, "taken: " + taken);
      cluster.submit(group, "later");
      cluster.converge(group, "later");
      assertEquals(taken + 1, cluster.machine(cluster.leader(group), group).commands().size());
      assertThrows(IllegalArgumentException.class, () -> log.submit(new byte[(16 << 10) + 1]));
    }
  }

  @Test
  void shouldTakeTheLargestCommand() throws Exception {
    GroupId group = TestCluster.newGroup();
    RaftOptions options =
        TestCluster.FAST
            .withLog(RaftOptions.LogFiles.DEFAULTS)
            .withBatching(RaftOptions.Batching.DEFAULTS);
    try (TestCluster cluster = new TestCluster(folder, options).create(group)) {
      ReplicatedLog log = cluster.log(cluster.leader(group), group);
      byte[] largest = new byte[RaftOptions.Batching.DEFAULTS.commandBytesMax()];
      java.util.Arrays.fill(largest, (byte) 'a');
      assertEquals("done " + "a".repeat(100), log.submit(largest).join());
      cluster.converge(group, "a".repeat(100));
    }
  }

  @Test
  void shouldSeeEveryAcknowledgedCommandAfterLinearize() throws Exception {
    GroupId group = TestCluster.newGroup();
    try (TestCluster cluster = new TestCluster(folder, TestCluster.FAST).create(group)) {
      readsSeeAcknowledged(cluster, group);
    }
  }

  @Test
  void shouldSeeEveryAcknowledgedCommandAfterLinearizeWithoutLeases() throws Exception {
    GroupId group = TestCluster.newGroup();
    RaftOptions options = TestCluster.FAST.withReads(new RaftOptions.Reads(false, 0.6));
    try (TestCluster cluster = new TestCluster(folder, options).create(group)) {
      readsSeeAcknowledged(cluster, group);
    }
  }

  private static void readsSeeAcknowledged(TestCluster cluster, GroupId group) throws Exception {
    PeerId leader = cluster.leader(group);
    ReplicatedLog log = cluster.log(leader, group);
    RecordingMachine machine = cluster.machine(leader, group);
    AtomicInteger wrong = new AtomicInteger();
    List<Thread> readers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int writer = t;
      readers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 50; i++) {
                      String command = writer + "-" + i;
                      log.submit(TestCluster.bytes(command)).join();
                      log.linearize().join();
                      if (!machine.commands().contains(command)) {
                        wrong.incrementAndGet();
                      }
                    }
                  }));
    }
    for (Thread reader : readers) {
      reader.join();
    }
    assertEquals(0, wrong.get());
    assertEquals(200, machine.applied);
  }
}
