package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(300)
class KillAllNodesTest {
  @RegisterExtension static final ClusterUnderTest cluster = new ClusterUnderTest();

  private static void killAndRestartAll() {
    cluster.cluster().killAll();
    cluster.cluster().startAll();
    cluster.cluster().awaitReady(ClusterUnderTest.READY);
  }

  /** Waits until every process answers something, if only that it is not ready. */
  private static void awaitProcesses() {
    for (String node : cluster.nodes()) {
      while (cluster.cluster().metrics(node).isEmpty()) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  @Test
  void shouldKeepEveryAcknowledgedPointWhenAllNodesAreKilledAtOnce() throws Exception {
    long seed = Seed.choose("KillAllNodesTest");
    Distribution firsts = new Distribution();
    Distribution alls = new Distribution();
    try (Btrdb db = cluster.connectPatiently();
        Workload load = Workload.start(db, "kill/all", seed)) {
      for (int round = 1; round <= Seed.rounds(2); round++) {
        load.writes().awaitPoints(5_000, Workload.RESUME);
        load.pauses();
        cluster.cluster().killAll();
        long started = System.nanoTime();
        cluster.cluster().startAll();
        awaitProcesses();
        long up = System.nanoTime();
        load.writes().timeline().awaitAny(Workload.RESUME);
        Duration first = Duration.ofNanos(System.nanoTime() - up);
        load.awaitWrites();
        Duration all = Duration.ofNanos(System.nanoTime() - up);
        firsts.add(first);
        alls.add(all);
        cluster.cluster().awaitReady(ClusterUnderTest.READY);
        System.out.printf(
            "  round %d: all killed: processes up %.1f s after their start, first write %d ms later,"
                + " all streams %d ms, all nodes ready %.1f s after their start; paused %s%n",
            round,
            (up - started) / 1e9,
            first.toMillis(),
            all.toMillis(),
            (System.nanoTime() - started) / 1e9,
            load.pauses());
      }
      System.out.printf("  until the first write (goal: 5000 ms): %s%n", firsts);
      System.out.printf("  until writes of all streams:           %s%n", alls);
      load.finish();
    }
  }

  /** The reference loses what is inserted after a delete when it crashes. */
  @Test
  void shouldKeepInsertsAfterADeleteWhenAllNodesAreKilled() {
    Random random = new Random(Seed.choose("insert after delete"));
    try (Btrdb db = cluster.connectPatiently()) {
      List<StreamLedger> ledgers = WriteLoad.createStreams(db, "kill/delete", 8, random);
      for (StreamLedger ledger : ledgers) {
        BtrdbStream stream = db.stream(ledger.stream());
        WriteLoad.insert(stream, ledger, 2_000, random);
        long middle = (WriteLoad.START + WriteLoad.END) / 2;
        ledger.deleting(middle, WriteLoad.END);
        ledger.deleted(middle, WriteLoad.END, stream.delete(middle, WriteLoad.END));
        WriteLoad.insert(stream, ledger, 10, random);
        WriteLoad.insert(stream, ledger, 500, random);
      }
      killAndRestartAll();
      Verification.assertAllThere(db, ledgers);
    }
  }

  @Test
  void shouldKeepStreamsVersionsAndMetadataWhenAllNodesAreKilled() {
    try (Btrdb db = cluster.connectPatiently()) {
      List<BtrdbStream> streams = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        BtrdbStream stream =
            db.create(UUID.randomUUID(), "kill/meta", Map.of("name", "m" + i), Map.of("a", "1"));
        stream.insert(new long[] {i}, new double[] {i});
        stream.flush();
        stream.setAnnotations(0, Map.of("b", "2"), List.of("a"));
        streams.add(stream);
      }
      streams.get(5).obliterate();
      killAndRestartAll();
      for (int i = 0; i < 5; i++) {
        BtrdbStream stream = db.find("kill/meta", "m" + i).orElseThrow();
        assertEquals(streams.get(i).uuid(), stream.uuid());
        assertEquals(Map.of("b", "2"), stream.annotations());
        assertEquals(11, stream.version().major());
        assertEquals(1, stream.at(11).count());
        assertEquals(0, stream.at(10).count());
      }
      assertFalse(db.find("kill/meta", "m5").isPresent());
      assertFalse(streams.get(5).exists());
    }
  }
}
