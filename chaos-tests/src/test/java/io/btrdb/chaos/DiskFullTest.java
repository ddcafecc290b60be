package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.btrdb.client.Btrdb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One node's disk, a small file system, fills up under load and is emptied again. */
@Timeout(400)
class DiskFullTest {
  private static final String NODE = "n2";
  private static final long DISK_MEBIBYTES = 512;

  /** Below the quarter of the disk at which a node stops leading, with room to go on following. */
  private static final long CRITICAL_MEBIBYTES = 100;

  private static final Duration ALARM = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(60);

  private SmallDisk disk;

  @RegisterExtension
  final ClusterUnderTest cluster =
      new ClusterUnderTest()
          .prepared(founded -> disk = SmallDisk.mount(founded.dataDirectory(NODE), DISK_MEBIBYTES));

  @BeforeAll
  static void needsAMount() {
    assumeTrue(SmallDisk.isPossible(), "needs root and loop devices to mount a small disk");
  }

  /** Before the cluster's folder is deleted. */
  @AfterEach
  void unmount() {
    if (cluster.cluster() != null) {
      cluster.cluster().killAll();
    }
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void shouldGiveLeadershipsAwayGoOnAndComeBackByItselfWhenADiskFillsUp() throws Exception {
    long seed = Seed.choose("DiskFullTest");
    try (Btrdb db = cluster.connectPatiently();
        Workload load = Workload.start(db, "disk", seed)) {
      load.writes().awaitPoints(10_000, Workload.RESUME);
      load.pauses();
      await("the alarm at a low mark", ALARM, () -> fillUpTo(CRITICAL_MEBIBYTES), this::alarmed);
      await("its leaderships to move", SOON, () -> {}, () -> !cluster.leaders(db).contains(NODE));
      load.awaitWrites();
      System.out.printf("  disk almost full: paused %s%n", load.pauses());

      fillUpTo(0);
      load.writes().awaitPoints(20_000, Workload.RESUME);
      assertTrue(alarmed());
      load.awaitWrites();
      System.out.printf(
          "  disk full: paused %s; replicas that failed: %s%n",
          load.pauses(), new ReplicaGroups(cluster).dead(NODE));

      await("the node to serve again", SOON, this::empty, this::serves);
      load.writes().awaitPoints(10_000, Workload.RESUME);
      System.out.printf("  space is back: paused %s%n", load.pauses());
      assertEquals(List.of(), new ReplicaGroups(cluster).dead(NODE));
      // Its copy must be whole: with another node gone it is needed for every acknowledgement.
      cluster.cluster().kill("n1");
      load.awaitWrites();
      load.finish();
      assertEquals(List.of(), load.writes().failures());
    }
  }

  private void fillUpTo(long mebibytes) {
    try {
      disk.fillUpTo(mebibytes);
      System.out.printf("  %s has %d MiB left%n", NODE, disk.freeMebibytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void empty() {
    try {
      disk.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean alarmed() {
    var state = cluster.cluster().state(NODE);
    return !state.ready()
        && state.reason().contains("disk")
        && cluster
            .cluster()
            .metrics(NODE)
            .lines()
            .anyMatch(l -> l.matches("btrdb_disk_space_level [23](\\.0)?"));
  }

  private boolean serves() {
    return cluster.cluster().state(NODE).ready();
  }

  private static void await(String what, Duration limit, Runnable before, BooleanSupplier condition)
      throws TimeoutException {
    before.run();
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > limit.toNanos()) {
        throw new TimeoutException("waited " + limit + " in vain for " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    System.out.printf("  %s: after %.1f s%n", what, (System.nanoTime() - began) / 1e9);
  }
}
