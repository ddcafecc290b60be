package io.btrdb.consensus;

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

  private static long electionNanos(TestCluster cluster, GroupId group) throws Exception {
    PeerId leader = cluster.leader(group);
    long term = cluster.log(leader, group).role().term();
    cluster.stop(leader);
    long stopped = System.nanoTime();
    PeerId next = awaitElected(cluster, group);
    long elapsed = System.nanoTime() - stopped;
    assertTrue(cluster.log(next, group).role().term() > term);
    cluster.start(leader);
    return elapsed;
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
      // On a busy machine two may stand at once, and then wait for a timeout: not every time.
      long fastest = Long.MAX_VALUE;
      for (int round = 0; round < 3 && fastest >= SLOW.timeoutMin().toNanos(); round++) {
        fastest = Math.min(fastest, electionNanos(cluster, a));
      }
      long elapsed = fastest;
      System.out.printf("elected %.0f ms after the leader's server was gone%n", elapsed / 1e6);
      assertTrue(elapsed < SLOW.timeoutMin().toNanos(), () -> "only after " + elapsed + " ns");
      for (GroupId group : List.of(a, b)) {
        cluster.submit(group, "after");
        cluster.converge(group, "after");
      }
    }
  }
}
