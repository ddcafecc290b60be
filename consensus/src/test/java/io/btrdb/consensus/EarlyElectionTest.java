package io.btrdb.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class EarlyElectionTest {
  /** So long that no election in these tests is Ratis' own. */
  private static final RaftOptions.Elections SLOW =
      new RaftOptions.Elections(Duration.ofSeconds(4), Duration.ofSeconds(5));

  @TempDir Path folder;

  private static boolean leads(TestCluster cluster, PeerId id, GroupId group) {
    return cluster.log(id, group).role().kind() == Role.Kind.LEADER;
  }

  private static PeerId awaitElected(TestCluster cluster, GroupId group) {
    TestCluster.await(
        "a leader", () -> cluster.running().stream().anyMatch(id -> leads(cluster, id, group)));
    return cluster.running().stream().filter(id -> leads(cluster, id, group)).findFirst().get();
  }

  @Test
  void shouldElectLongBeforeTheTimeoutWhenTheLeadersServerIsGone() throws Exception {
    GroupId a = TestCluster.newGroup();
    GroupId b = TestCluster.newGroup();
    RaftOptions options =
        TestCluster.FAST
            .withElections(SLOW)
            .withReads(new RaftOptions.Reads(false, 0.6))
            .withRequestTimeout(Duration.ofSeconds(30));
    try (TestCluster cluster = new TestCluster(folder, options).create(a, b)) {
      for (GroupId group : List.of(a, b)) {
        cluster.submit(group, "before");
        cluster.converge(group, "before");
      }
      PeerId leader = cluster.leader(a);
      long term = cluster.log(leader, a).role().term();
      cluster.stop(leader);
      long stopped = System.nanoTime();
      PeerId next = awaitElected(cluster, a);
      long elapsed = System.nanoTime() - stopped;
      System.out.printf("elected %.0f ms after the leader's server was gone%n", elapsed / 1e6);
      assertTrue(elapsed < SLOW.timeoutMin().toNanos(), () -> "only after " + elapsed + " ns");
      assertEquals(term + 1, cluster.log(next, a).role().term());
      for (GroupId group : List.of(a, b)) {
        cluster.submit(group, "after");
        cluster.converge(group, "after");
      }
    }
  }
}
