package io.btrdb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadingTest {
  private static final UUID STREAM = new UUID(0x1234, 0x5678);
  private static final int POINTS = 1_000;

  private FakeCluster cluster;
  private Btrdb db;
  private BtrdbStream stream;

  @BeforeEach
  void connect() throws Exception {
    cluster = FakeCluster.of(3);
    cluster.create(STREAM);
    db = Btrdb.builder().endpoints(cluster.endpoints()).deadline(Duration.ofSeconds(20)).connect();
    stream = db.stream(STREAM);
    long[] times = new long[POINTS];
    double[] values = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      times[i] = i / 7; // runs of seven points with the same time
      values[i] = i;
    }
    stream.insert(times, values);
  }

  @AfterEach
  void disconnect() {
    db.close();
    cluster.close();
  }

  private void chunksOf(int points) {
    cluster.nodes.forEach(node -> node.chunkPoints = points);
  }

  private static List<Double> valuesOf(PointCursor cursor) {
    try (cursor) {
      return cursor.toList().stream().map(Point::value).toList();
    }
  }

  private static void assertAll(List<Double> values) {
    assertEquals(POINTS, values.size());
    for (int i = 0; i < POINTS; i++) {
      assertEquals(i, values.get(i));
    }
  }

  @Test
  void shouldReadColumnsOverManyChunks() {
    chunksOf(13);
    try (PointCursor cursor = stream.values(0, 1_000)) {
      int count = 0;
      while (cursor.next()) {
        assertEquals(new Version(10, POINTS), cursor.version());
        for (int i = 0; i < cursor.size(); i++) {
          assertEquals(count / 7, cursor.time(i));
          assertEquals(count, cursor.value(i));
          count++;
        }
      }
      assertEquals(POINTS, count);
      assertFalse(cursor.next());
    }
  }

  @Test
  void shouldTellTheVersionOfAnEmptyRange() {
    try (PointCursor cursor = stream.values(5_000, 6_000)) {
      assertThrows(IllegalStateException.class, cursor::version);
      assertFalse(cursor.next());
      assertEquals(new Version(10, POINTS), cursor.version());
    }
  }

  @Test
  void shouldResumeAPinnedScanExactlyWhereItBrokeOff() {
    stream.flush();
    for (int chunk = 1; chunk < 40; chunk += 9) {
      for (int breakAfter = 0; breakAfter < 5; breakAfter++) {
        chunksOf(chunk);
        cluster.node(0).breakAfterChunks = breakAfter;
        cluster.node(1).breakAfterChunks = 2;
        assertAll(valuesOf(stream.at(11).values(0, 1_000)));
        cluster.node(1).breakAfterChunks = -1;
      }
    }
  }

  @Test
  void shouldPinALatestScanOfASealedVersion() {
    stream.flush();
    chunksOf(100);
    cluster.node(0).breakAfterChunks = 3;
    assertAll(valuesOf(stream.values(0, 1_000)));
  }

  @Test
  void shouldRepeatAScanOfOneChunkOverUnsealedPoints() {
    chunksOf(POINTS);
    cluster.node(0).breakAfterChunks = 1;
    assertAll(valuesOf(stream.values(0, 1_000)));
  }

  @Test
  void shouldRefuseToResumeAScanOverUnsealedPoints() {
    chunksOf(100);
    cluster.node(0).breakAfterChunks = 3;
    try (PointCursor cursor = stream.values(0, 1_000)) {
      BtrdbException failure = assertThrows(BtrdbException.class, cursor::toList);
      assertEquals(Fate.NOT_A_WRITE, failure.fate());
      assertTrue(failure.getMessage().contains("flush()"), failure.getMessage());
    }
    cluster.node(0).breakAfterChunks = 0;
    assertAll(valuesOf(stream.values(0, 1_000)));
  }

  @Test
  void shouldHoldTheServerBackAndCancelOnClose() {
    long[] times = new long[50_000];
    double[] values = new double[50_000];
    Random noise = new Random(1);
    // Far more than the largest window of a connection, 8 MiB, and what sockets hold.
    for (int i = 0; i < 80; i++) {
      for (int j = 0; j < times.length; j++) {
        times[j] = 10_000 + j;
        // Nothing that could be made smaller.
        values[j] = noise.nextDouble();
      }
      stream.insert(times, values);
    }
    chunksOf(5_000);
    try (PointCursor cursor = stream.values(10_000, 100_000)) {
      assertTrue(cursor.next());
      int sent = cluster.nodes.stream().mapToInt(node -> node.chunksSent.get()).max().orElse(0);
      assertTrue(sent < 790, sent + " chunks of 800 were sent");
    }
    // Whichever node it was: on a busy machine the leader may seem broken for a moment.
    while (cluster.nodes.stream().allMatch(node -> node.readsCancelled.get() == 0)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldMergeManyCursorsThatWaitForEachOther() {
    long[] times = new long[50_000];
    double[] values = new double[50_000];
    for (int i = 0; i < times.length; i++) {
      times[i] = 10_000 + i;
      values[i] = Math.sin(i);
    }
    for (int i = 0; i < 6; i++) {
      stream.insert(times, values);
    }
    chunksOf(5_000);
    List<PointCursor> cursors = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      cursors.add(stream.values(10_000, 100_000));
      assertTrue(cursors.get(i).next());
    }
    for (PointCursor cursor : cursors) {
      int count = cursor.size();
      while (cursor.next()) {
        count += cursor.size();
      }
      assertEquals(300_000, count);
      cursor.close();
    }
  }

  @Test
  void shouldReadElsewhereWhenTheLeaderIsGoneOrFrozen() {
    cluster.node(0).stop();
    assertAll(valuesOf(stream.values(0, 1_000)));
    cluster.lead(1);
    cluster.node(2).frozen = true;
    assertEquals(new Version(10, POINTS), stream.version());
  }

  @Test
  void shouldGiveUpANodeThatSaysNothing() {
    stream.version();
    cluster.node(0).frozen = true;
    assertEquals(new Version(10, POINTS), stream.version());
  }

  @Test
  void shouldPassOnAnError() {
    try (PointCursor cursor = db.stream(new UUID(5, 5)).values(0, 1)) {
      BtrdbException failure = assertThrows(BtrdbException.class, cursor::next);
      assertEquals(404, failure.code());
      assertFalse(cursor.next());
    }
    assertFalse(db.stream(new UUID(5, 5)).exists());
    assertTrue(stream.exists());
  }

  @Test
  void shouldResumeWindowsOnTheirGrid() {
    cluster.node(0).v5.breakAfterWindows = 4;
    List<Long> starts = new ArrayList<>();
    try (WindowCursor cursor = stream.at(11).windows(0, 105, 10)) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          starts.add(cursor.start(i));
          assertEquals(cursor.start(i) / 10, cursor.count(i));
          assertEquals(-1, cursor.min(i));
        }
      }
      assertEquals(new Version(11, 0), cursor.version());
    }
    assertEquals(List.of(0L, 10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L), starts);
  }

  @Test
  void shouldFindTheNearestPoint() {
    assertEquals(Optional.of(new Point(3, 21)), stream.nearest(3, Direction.FORWARD));
    assertEquals(Optional.of(new Point(2, 14)), stream.nearest(3, Direction.BACKWARD));
    assertEquals(Optional.empty(), stream.nearest(0, Direction.BACKWARD));
    assertEquals(142, stream.latest().last().orElseThrow().time());
    assertEquals(0, stream.latest().earliest().orElseThrow().time());
  }

  @Test
  void shouldRecogniseItsOwnCreationWhenTheAnswerWasLost() {
    cluster.nodes.forEach(node -> node.v5.lostAnswers.set(1));
    UUID uuid = UUID.randomUUID();
    BtrdbStream created =
        db.create(uuid, "plant/a", Map.of("name", "L1", "unit", "V"), Map.of("k", "v"));
    assertEquals("L1", created.name());
    assertEquals(1, created.propertyVersion());
    assertEquals(
        417,
        assertThrows(
                BtrdbException.class,
                () -> db.create(uuid, "plant/a", Map.of("name", "x"), Map.of()))
            .code());
    assertEquals(Optional.of(created), db.find("plant/a", "L1"));
    assertEquals(Optional.empty(), db.find("plant/a", "L2"));
    assertEquals(List.of("plant/a"), db.collections("pl"));
    try (StreamCursor found = db.lookup(LookupQuery.prefix("plant").tag("unit", "V"))) {
      assertTrue(found.next());
      assertEquals(Map.of("k", "v"), found.stream().annotations());
      assertFalse(found.next());
    }
  }

  @Test
  void shouldGiveUpAtTheDeadlineAndSayWhere() {
    try (Btrdb hasty =
        Btrdb.builder().endpoints(cluster.endpoints()).deadline(Duration.ofMillis(300)).connect()) {
      cluster.nodes.forEach(FakeNode::stop);
      BtrdbException failure =
          assertThrows(BtrdbException.class, () -> hasty.stream(STREAM).version());
      assertEquals(419, failure.code());
      assertTrue(failure.getMessage().contains("attempts within 300 ms"), failure.getMessage());
    }
  }
}
