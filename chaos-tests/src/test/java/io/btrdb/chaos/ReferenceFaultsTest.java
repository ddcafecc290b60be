package io.btrdb.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.btrdb.client.BtrdbStream;
import io.btrdb.client.ChangeCursor;
import io.btrdb.client.Direction;
import io.btrdb.client.LookupQuery;
import io.btrdb.client.Point;
import io.btrdb.client.StreamCursor;
import io.btrdb.client.StreamView;
import io.btrdb.client.TimeBounds;
import io.btrdb.client.Version;
import io.btrdb.client.WindowCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the reference server does wrong, by observation or by its own list of issues. Its loss of
 * inserts after a delete is in {@link KillAllNodesTest}.
 */
@Timeout(120)
class ReferenceFaultsTest {
  @RegisterExtension static final ClusterUnderTest cluster = new ClusterUnderTest();

  private Btrdb db;

  @BeforeEach
  void connect() {
    db = cluster.connect();
  }

  @AfterEach
  void disconnect() {
    db.close();
  }

  private BtrdbStream create() {
    UUID uuid = UUID.randomUUID();
    return db.create(uuid, "reference/faults", Map.of("name", uuid.toString()), Map.of());
  }

  private static double[] valuesOf(long[] times) {
    return Arrays.stream(times).mapToDouble(time -> time).toArray();
  }

  private static Version insert(BtrdbStream stream, long... times) {
    return stream.insert(times, valuesOf(times));
  }

  private static List<Long> times(StreamView view, long start, long end) {
    return Points.read(view, start, end).list().stream().map(Point::time).toList();
  }

  /** Windows as "start:count". */
  private static List<String> counts(WindowCursor cursor) {
    List<String> windows = new ArrayList<>();
    try (cursor) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          windows.add(cursor.start(i) + ":" + cursor.count(i));
        }
      }
    }
    return windows;
  }

  private static List<String> ranges(ChangeCursor cursor) {
    List<String> ranges = new ArrayList<>();
    try (cursor) {
      while (cursor.next()) {
        for (int i = 0; i < cursor.size(); i++) {
          ranges.add(cursor.start(i) + ".." + cursor.end(i));
        }
      }
    }
    return ranges;
  }

  // ---- the four that the issue names; the first is in KillAllNodesTest

  @Test
  void shouldAnswerChangesOfAnUnchangedStreamAtOnce() {
    BtrdbStream stream = create();
    assertEquals(List.of(), ranges(stream.changes(10, 0, 0)));
    insert(stream, 1, 2, 3);
    long current = stream.flush().major();
    assertEquals(List.of(), ranges(stream.changes(current, 0, 0)));
    assertEquals(List.of(), ranges(stream.changes(current, current, 30)));
  }

  @Test
  void shouldFindPointsOfTheFirstChildBackwards() {
    BtrdbStream stream = create();
    insert(stream, LongStream.range(0, 5_000).toArray());
    for (boolean flushed : new boolean[] {false, true}) {
      if (flushed) {
        stream.flush();
      }
      assertEquals(Optional.empty(), stream.nearest(0, Direction.BACKWARD));
      for (long time = 1; time <= 5_000; time += flushed ? 13 : 499) {
        assertEquals(
            Optional.of(new Point(time - 1, time - 1)), stream.nearest(time, Direction.BACKWARD));
      }
      assertEquals(4_999, stream.latest().last().orElseThrow().time());
    }
    BtrdbStream early = create();
    insert(early, TimeBounds.MIN);
    early.flush();
    assertEquals(TimeBounds.MIN, early.latest().last().orElseThrow().time());
  }

  @Test
  void shouldKeepFiveThousandPointsAtOneNanosecond() {
    BtrdbStream stream = create();
    long time = 1_600_000_000_000_000_001L;
    long[] times = new long[5_000];
    Arrays.fill(times, time);
    double[] values = new Random(5).doubles(5_000).toArray();
    stream.insert(times, values);
    for (int i = 0; i < 2; i++) {
      List<Point> read = Points.read(stream.latest(), time, time + 1).list();
      assertEquals(
          Arrays.stream(values).boxed().toList(), read.stream().map(Point::value).toList());
      assertEquals(5_000, stream.count());
      assertEquals(List.of(time + ":5000"), counts(stream.windows(time, time + 1, 1)));
      stream.flush();
    }
  }

  // ---- reads of points that no version holds yet

  @Test
  void shouldReadUnflushedPointsInOrderOfTime() {
    BtrdbStream stream = create();
    insert(stream, 50, 10, 30);
    stream.flush();
    insert(stream, 40, 20, 60, 5);
    assertEquals(List.of(5L, 10L, 20L, 30L, 40L, 50L, 60L), times(stream.latest(), 0, 100));
  }

  @Test
  void shouldTellMinimumAndMaximumOfUnflushedPointsAndNotZero() {
    BtrdbStream stream = create();
    stream.insert(new long[] {11, 12, 13}, new double[] {5, 7, 6});
    try (WindowCursor windows = stream.windows(10, 20, 10)) {
      assertTrue(windows.next());
      assertEquals(3, windows.count(0));
      assertEquals(5, windows.min(0));
      assertEquals(7, windows.max(0));
      assertEquals(6, windows.mean(0), 1e-12);
      assertEquals(Math.sqrt(2.0 / 3), windows.stddev(0), 1e-12);
    }
  }

  @Test
  void shouldNotShowUnflushedPointsInOlderVersions() {
    BtrdbStream stream = create();
    insert(stream, 1, 2);
    long first = stream.flush().major();
    insert(stream, 3, 4, 5);
    assertEquals(List.of(1L, 2L), times(stream.at(first), 0, 10));
    assertEquals(List.of("0:2"), counts(stream.at(first).windows(0, 10, 10)));
    assertEquals(2, stream.at(first).count());
    assertEquals(5, stream.count());
  }

  @Test
  void shouldRefuseAVersionThatDoesNotExistAlsoBeforeTheFirstFlush() {
    BtrdbStream stream = create();
    insert(stream, 1, 2, 3);
    BtrdbException refused =
        assertThrows(BtrdbException.class, () -> Points.read(stream.at(11), 0, 10));
    assertEquals(404, refused.code());
  }

  // ---- versions

  @Test
  void shouldTellTheVersionOfADelete() {
    BtrdbStream stream = create();
    insert(stream, 1, 2, 3);
    Version deleted = stream.delete(2, 3);
    assertEquals(new Version(12, 0), deleted);
    assertEquals(deleted, stream.version());
    assertEquals(List.of(1L, 3L), times(stream.latest(), 0, 10));
    assertEquals(List.of(1L, 2L, 3L), times(stream.at(11), 0, 10));
    assertEquals(new Version(12, 1), insert(stream, 9));
    // What is not flushed is sealed first, as a version of its own.
    assertEquals(new Version(14, 0), stream.delete(100, 200));
    assertEquals(new Version(15, 0), stream.delete(100, 200));
  }

  @Test
  void shouldCountVersionsAsClientsExpect() {
    BtrdbStream stream = create();
    assertEquals(new Version(10, 0), stream.version());
    assertEquals(new Version(10, 0), stream.flush());
    insert(stream, 1);
    assertEquals(new Version(11, 0), stream.flush());
    insert(stream, 2);
    assertEquals(new Version(12, 0), stream.flush());
  }

  @Test
  void shouldSealTenInsertsOfTwentyThousandPointsAsFiveVersions() {
    BtrdbStream stream = create();
    for (int i = 0; i < 10; i++) {
      insert(stream, LongStream.range(i * 20_000L, (i + 1) * 20_000L).toArray());
    }
    assertEquals(15, stream.version().major());
    assertEquals(200_000, stream.count());
  }

  // ---- windows

  @Test
  void shouldOmitAnEmptyLastWindowOnly() {
    BtrdbStream stream = create();
    insert(stream, 1, 2, 3);
    List<String> expected = List.of("0:0", "1:1", "2:1", "3:1", "4:0", "5:0", "6:0", "7:0", "8:0");
    assertEquals(expected, counts(stream.windows(0, 10, 1)));
    stream.flush();
    assertEquals(expected, counts(stream.windows(0, 10, 1)));
  }

  @Test
  void shouldCountWindowsBehindAGapAndAtTheirEdgesRight() {
    BtrdbStream stream = create();
    long far = 1L << 58;
    insert(stream, far, far + 9, far + 10, far + 19);
    stream.flush();
    assertEquals(
        List.of((far - 20) + ":0", (far - 10) + ":0", far + ":2", (far + 10) + ":2"),
        counts(stream.windows(far - 20, far + 20, 10)));
    // Aligned windows end where the end is rounded down to: the point at far + 19 is behind it.
    assertEquals(
        List.of(far + ":1", (far + 8) + ":2"),
        counts(stream.alignedWindows(far - 64, far + 19, 3)));
  }

  @Test
  void shouldCountEverythingAtAnyAlignedWidth() {
    BtrdbStream stream = create();
    insert(stream, TimeBounds.MIN, -1, 0, 1L << 60, TimeBounds.LAST);
    for (int i = 0; i < 2; i++) {
      assertEquals(5, stream.count());
      assertEquals(
          List.of(TimeBounds.MIN + ":5"),
          counts(stream.alignedWindows(TimeBounds.MIN, TimeBounds.MAX, 62)));
      stream.flush();
    }
  }

  @Test
  void shouldAnswerAnEmptyStreamAsTheContractSays() {
    BtrdbStream stream = create();
    assertEquals(List.of(), counts(stream.alignedWindows(0, 100, 2)));
    assertEquals(List.of("0:0", "10:0"), counts(stream.windows(0, 30, 10)));
    assertEquals(List.of(), times(stream.latest(), 0, 100));
    assertEquals(Optional.empty(), stream.nearest(0, Direction.FORWARD));
  }

  // ---- changes

  @Test
  void shouldTellTheWholeOfTimeWhenEverythingWasDeleted() {
    BtrdbStream stream = create();
    insert(stream, 1, 2, 3);
    long before = stream.flush().major();
    stream.delete(TimeBounds.MIN, TimeBounds.MAX - 1);
    assertEquals(
        List.of(TimeBounds.MIN + ".." + TimeBounds.MAX), ranges(stream.changes(before, 0, 0)));
  }

  @Test
  void shouldCoverEachChangeAndLittleElse() {
    BtrdbStream stream = create();
    long start = 1_500_000_000_000_000_000L;
    long step = 8_333_333;
    insert(stream, LongStream.range(0, 20_000).map(i -> start + i * step).toArray());
    long before = stream.flush().major();
    long changed = start + 10_000 * step + 1;
    insert(stream, changed);
    stream.flush();
    try (ChangeCursor changes = stream.changes(before, 0, 0)) {
      assertTrue(changes.next());
      assertEquals(1, changes.size());
      assertTrue(changes.start(0) <= changed && changed < changes.end(0));
      assertTrue(changes.end(0) - changes.start(0) < 2_000 * step);
    }
  }

  // ---- names

  @Test
  void shouldNotFindStreamsOfCollectionsBelow() {
    String collection = "zz/" + UUID.randomUUID();
    db.create(UUID.randomUUID(), collection, Map.of("name", "x"), Map.of());
    db.create(UUID.randomUUID(), collection + "/b", Map.of("name", "y"), Map.of());
    try (StreamCursor exact = db.lookup(LookupQuery.collection(collection))) {
      assertTrue(exact.next());
      assertEquals(collection, exact.stream().collection());
      assertFalse(exact.next());
    }
  }

  @Test
  void shouldTellMetadataUsageAndLive() {
    create();
    assertEquals(
        new TreeSet<>(List.of("name", "unit", "ingress")),
        new TreeSet<>(db.metadataUsage("").tags().keySet()));
    assertEquals(3, db.metadataUsage("no such prefix").tags().size());
  }

  @Test
  void shouldTakePropertyVersionZeroForAny() {
    BtrdbStream stream = create();
    stream.setAnnotations(0, Map.of("a", "1"), List.of());
    stream.setAnnotations(2, Map.of("b", "2"), List.of());
    assertEquals(3, stream.propertyVersion());
    BtrdbException refused =
        assertThrows(
            BtrdbException.class, () -> stream.setAnnotations(2, Map.of("c", "3"), List.of()));
    assertEquals(423, refused.code());
  }

  @Test
  void shouldStartAgainAfterAnObliteratedStreamHadUnflushedPoints() {
    BtrdbStream stream = create();
    insert(stream, 1, 2, 3);
    String name = stream.name();
    stream.obliterate();
    cluster.cluster().killAll();
    cluster.cluster().startAll();
    cluster.cluster().awaitReady(ClusterUnderTest.READY);
    assertFalse(stream.exists());
    BtrdbException reused =
        assertThrows(
            BtrdbException.class,
            () -> db.create(stream.uuid(), "again", Map.of("name", "x"), Map.of()));
    assertEquals(429, reused.code());
    db.create(UUID.randomUUID(), "reference/faults", Map.of("name", name), Map.of());
  }
}
