package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.Btrdb;
import io.btrdb.client.Topology;
import io.btrdb.codec.StreamHash;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How long acknowledged writes pause when a leader is gone. {@code -Dbtrdb.chaos.kills=30} for a
 * distribution worth quoting; the bounds asserted here only catch what is broken.
 */
@Timeout(900)
class FailoverTimingTest {
  private static final Duration BROKEN = Duration.ofSeconds(8);
  private static final Duration STOP = Duration.ofSeconds(40);

  /** So much is written between two faults, in some seconds: a leader goes from a whole cluster. */
  private static final int POINTS_BETWEEN = 40_000;

  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  private interface Fault {
    void to(String node) throws Exception;
  }

  private static int kills() {
    return Integer.getInteger("btrdb.chaos.kills", 3);
  }

  @Test
  void shouldResumeWritesSoonAfterALeaderIsKilled() throws Exception {
    Distribution pauses = measure("killed", kills(), node -> cluster.cluster().kill(node));
    assertTrue(pauses.percentile(50).compareTo(BROKEN) < 0, pauses::toString);
  }

  @Test
  void shouldHardlyPauseWritesWhenALeaderIsStopped() throws Exception {
    Distribution pauses =
        measure(
            "stopped",
            kills(),
            node -> assertTrue(cluster.cluster().stop(node, STOP), () -> node + " was killed"));
    assertTrue(pauses.percentile(50).compareTo(BROKEN) < 0, pauses::toString);
  }

  /** Hits the leader of the most written streams, again and again. */
  private Distribution measure(String what, int times, Fault fault) throws Exception {
    long seed = Seed.choose("FailoverTimingTest");
    Distribution streams = new Distribution();
    Distribution worst = new Distribution();
    Distribution back = new Distribution();
    try (Btrdb db = cluster.connectPatiently();
        Workload load = Workload.start(db, "timing/" + what, seed)) {
      Machine machine = new Machine(cluster);
      for (int i = 1; i <= times; i++) {
        load.writes().awaitPoints(POINTS_BETWEEN, Workload.RESUME);
        Map<String, List<Integer>> led = ledStreams(db.topology(), load.ledgers());
        String leader =
            led.entrySet().stream()
                .max(Map.Entry.comparingByValue((a, b) -> Integer.compare(a.size(), b.size())))
                .orElseThrow()
                .getKey();
        machine.goes(leader);
        load.pauses();
        fault.to(leader);
        load.awaitWrites();
        Duration longest = Duration.ZERO;
        for (int stream : led.get(leader)) {
          Duration pause = load.writes().timeline().longest(stream);
          streams.add(pause);
          longest = longest.compareTo(pause) > 0 ? longest : pause;
        }
        worst.add(longest);
        long down = System.nanoTime();
        cluster.restart(leader);
        Duration restart = Duration.ofNanos(System.nanoTime() - down);
        back.add(restart);
        System.out.printf(
            "  %2d: %s %s, %d streams paused up to %d ms; ready again after %d ms%n",
            i, leader, what, led.get(leader).size(), longest.toMillis(), restart.toMillis());
      }
      System.out.printf("  pauses of a stream:      %s%n", streams);
      System.out.printf("  longest pause of each:   %s%n", worst);
      System.out.printf("  restart until ready:     %s%n", back);
      System.out.printf("  %s%n", machine);
      load.finish();
      assertEquals(List.of(), load.writes().failures());
    }
    return worst;
  }

  private static Map<String, List<Integer>> ledStreams(Topology topology, List<StreamLedger> all) {
    return IntStream.range(0, all.size())
        .boxed()
        .collect(
            Collectors.groupingBy(
                i -> leader(topology, all.get(i).stream()), TreeMap::new, Collectors.toList()));
  }

  private static String leader(Topology topology, UUID stream) {
    int slot = StreamHash.slot(stream);
    return topology.shards().stream()
        .filter(s -> slot >= s.firstSlot() && slot < s.firstSlot() + s.slotCount())
        .findFirst()
        .flatMap(Topology.Shard::leader)
        .orElse("nobody");
  }
}
