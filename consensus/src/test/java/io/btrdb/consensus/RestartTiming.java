package io.btrdb.consensus;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Prints how soon a node that was stopped in order, and away for some time, has caught up in all
 * its groups, while each of them is written to.
 *
 * <pre>
 *   RestartTiming FOLDER GROUPS ROUNDS AWAY_MILLIS
 * </pre>
 */
final class RestartTiming {
  private static final long WRITE_EVERY_MILLIS = 10;
  private static final long NEAR_ENTRIES = 20;

  private final TestCluster cluster;
  private final GroupId[] groups;
  private volatile boolean ended;

  private RestartTiming(TestCluster cluster, GroupId[] groups) {
    this.cluster = cluster;
    this.groups = groups;
  }

  public static void main(String[] arguments) throws Exception {
    GroupId[] groups = new GroupId[Integer.parseInt(arguments[1])];
    Arrays.setAll(groups, any -> TestCluster.newGroup());
    RaftOptions options =
        RaftOptions.DEFAULTS.withBatching(
            RaftOptions.Batching.DEFAULTS.withCommandBytesMax(64 << 10, 256 << 10));
    try (TestCluster cluster = new TestCluster(Path.of(arguments[0]), options).create(groups)) {
      new RestartTiming(cluster, groups)
          .run(Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
    }
  }

  private void run(int rounds, long awayMillis) throws Exception {
    for (GroupId group : groups) {
      Thread.ofPlatform().daemon().start(() -> write(group));
    }
    for (int round = 0; round < rounds; round++) {
      PeerId away = TestCluster.id(1 + round % 3);
      handOver(away, TestCluster.id(1 + (round + 1) % 3));
      cluster.stop(away);
      TimeUnit.MILLISECONDS.sleep(awayMillis);
      long begun = System.nanoTime();
      cluster.start(away);
      for (GroupId group : groups) {
        TestCluster.await(away + " to catch up in " + group, () -> isNear(away, group));
      }
      System.out.printf(
          "%s was away for %d ms and has caught up %d ms after its start%n",
          away, awayMillis, Duration.ofNanos(System.nanoTime() - begun).toMillis());
    }
    ended = true;
  }

  private void write(GroupId group) {
    for (int i = 0; !ended; i++) {
      try {
        cluster.submit(group, "c" + i);
        TimeUnit.MILLISECONDS.sleep(WRITE_EVERY_MILLIS);
      } catch (RuntimeException e) {
        System.out.println("a write failed: " + e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void handOver(PeerId from, PeerId to) {
    for (GroupId group : groups) {
      ReplicatedLog log = cluster.log(from, group);
      if (log.role().kind() == Role.Kind.LEADER) {
        log.transferLeadership(to, Duration.ofSeconds(3)).exceptionally(failure -> null).join();
      }
      log.checkpointNow().join();
    }
  }

  private boolean isNear(PeerId peer, GroupId group) {
    long leader = cluster.log(cluster.leader(group), group).applied().index();
    return cluster.log(peer, group).applied().index() + NEAR_ENTRIES > leader;
  }
}
