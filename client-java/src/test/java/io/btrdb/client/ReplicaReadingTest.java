package io.btrdb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is asked for what, while nodes fail, come and go. */
@Timeout(60)
class ReplicaReadingTest {
  private static final UUID STREAM = new UUID(0x1234, 0x5678);
  private static final int POINTS = 1_000;

  private FakeCluster cluster;
  private Btrdb db;
  private BtrdbStream stream;

  @BeforeEach
  void connect() throws Exception {
    cluster = FakeCluster.of(3);
    cluster.create(STREAM);
    db = connect("");
    stream = db.stream(STREAM);
    long[] times = new long[POINTS];
    double[] values = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      times[i] = i;
      values[i] = i;
    }
    stream.insert(times, values);
    stream.flush();
  }

  private Btrdb connect(String zone) {
    return Btrdb.builder()
        .endpoints(cluster.node(0).address())
        .deadline(Duration.ofSeconds(20))
        .refresh(Duration.ofMillis(50))
        .zone(zone)
        .connect();
  }

  @AfterEach
  void disconnect() {
    db.close();
    cluster.close();
  }

  private List<Integer> readsByNode() {
    return cluster.nodes.stream().map(node -> node.valuesRequests.size()).toList();
  }

  private static void readAll(StreamView view) {
    try (PointCursor cursor = view.values(0, POINTS)) {
      assertEquals(POINTS, cursor.toList().size());
    }
  }

  @Test
  void shouldSpreadReadsOfAVersionOverItsReplicas() {
    for (int i = 0; i < 30; i++) {
      readAll(stream.at(11));
    }
    assertEquals(List.of(10, 10, 10), readsByNode());
  }

  @Test
  void shouldReadTheLatestAtTheLeaderUnlessItMayBeStale() {
    for (int i = 0; i < 9; i++) {
      readAll(stream.latest());
    }
    assertEquals(List.of(9, 0, 0), readsByNode());
    for (int i = 0; i < 9; i++) {
      readAll(stream.at(Consistency.boundedStaleness(Duration.ofMillis(700))));
    }
    assertEquals(List.of(12, 3, 3), readsByNode());
    assertEquals(700, cluster.node(1).valuesRequests.get(0).getMaxStalenessMillis());
    readAll(stream.at(Consistency.LINEARIZABLE));
    assertEquals(List.of(13, 3, 3), readsByNode());
  }

  @Test
  void shouldGiveTheNextReadToTheReplicaWithTheFewest() {
    cluster.nodes.forEach(node -> node.chunkPoints = 10);
    List<PointCursor> standing = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      standing.add(stream.at(11).values(0, POINTS));
      assertTrue(standing.get(i).next());
    }
    assertEquals(List.of(2, 2, 2), readsByNode());
    cluster.nodes.forEach(node -> node.valuesRequests.clear());
    standing.get(1).close();
    standing.get(4).close();
    // Both were at the same node, which has two reads less than the others now.
    try (PointCursor one = stream.at(11).values(0, POINTS);
        PointCursor two = stream.at(11).values(0, POINTS)) {
      assertTrue(one.next() && two.next());
      assertTrue(readsByNode().contains(2), readsByNode().toString());
    }
    standing.forEach(PointCursor::close);
  }

  @Test
  void shouldStayInItsZoneWhileThereIsAReplica() {
    try (Btrdb near = connect("zone2")) {
      for (int i = 0; i < 5; i++) {
        readAll(near.stream(STREAM).at(11));
      }
      assertEquals(List.of(0, 0, 5), readsByNode());
      cluster.node(2).stop();
      readAll(near.stream(STREAM).at(11));
    }
  }

  @Test
  void shouldReadADamagedBlockAtAnotherReplica() {
    cluster.nodes.forEach(node -> node.damaged.set(1));
    readAll(stream.at(11));
    assertEquals(4, readsByNode().stream().mapToInt(Integer::intValue).sum());
    cluster.node(0).damaged.set(2);
    readAll(stream.latest());
  }

  @Test
  void shouldGoOnAtAnotherReplicaWhenOneIsDroppedInTheMiddle() {
    cluster.nodes.forEach(node -> node.chunkPoints = 7);
    for (int i = 0; i < 9; i++) {
      cluster.node(i % 3).breakAfterChunks = i;
      readAll(stream.at(11));
      readAll(stream.at(11));
      readAll(stream.at(11));
    }
  }

  @Test
  void shouldOutliveAllEndpointsItWasGiven() throws Exception {
    FakeNode newcomer = cluster.add();
    while (newcomer.topologyRequests.get() == 0) {
      Thread.onSpinWait();
    }
    cluster.lead(3);
    for (int i = 0; i < 3; i++) {
      cluster.removed.add(cluster.node(i));
    }
    stream.insert(new long[] {5_000}, new double[] {1});
    for (int i = 0; i < 3; i++) {
      cluster.node(i).stop();
    }
    readAll(stream.at(11));
    stream.insert(new long[] {5_001}, new double[] {1});
    assertEquals(POINTS + 2, cluster.count(STREAM));
    assertEquals(1, newcomer.valuesRequests.size());
  }

  @Test
  void shouldForgetANodeThatHasLeft() throws Exception {
    FakeNode gone = cluster.node(2);
    while (gone.topologyRequests.get() == 0) {
      Thread.onSpinWait();
    }
    cluster.removed.add(gone);
    gone.stop();
    for (int i = 0; i < 40; i++) {
      readAll(stream.at(11));
      readAll(stream.latest());
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (db.linksTo(gone.address()) && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
    assertFalse(db.linksTo(gone.address()));
  }

  @Test
  void shouldRefuseABoundThatMakesNoSense() {
    assertThrows(
        IllegalArgumentException.class, () -> Consistency.boundedStaleness(Duration.ofNanos(1)));
    assertThrows(
        IllegalArgumentException.class, () -> Consistency.boundedStaleness(Duration.ofDays(2)));
    assertEquals("at most 250 ms stale", boundedMillis(250).toString());
    assertEquals(boundedMillis(250), boundedMillis(250));
  }

  private static Consistency boundedMillis(long millis) {
    return Consistency.boundedStaleness(Duration.ofMillis(millis));
  }
}
