package io.btrdb.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.SegmentBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What the BTrDB paper and the wire contract say of the tree, a sentence each. */
class PaperTest {
  private static final long ORIGIN = Samples.ORIGIN;

  private final TreeFixture fixture = new TreeFixture(TreeShape.STANDARD);
  private final Tree tree = fixture.tree;

  private Root insert(Root base, long version, MergePolicy policy, double... timesAndValues) {
    int n = timesAndValues.length / 2;
    long[] times = new long[n];
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      times[i] = (long) timesAndValues[2 * i];
      values[i] = timesAndValues[2 * i + 1];
    }
    return fixture.fold(base, version, e -> e.insert(times, values, 0, n, policy));
  }

  private Root line(Root base, long version, long start, long step, int n) {
    long[] times = new long[n];
    double[] values = new double[n];
    Arrays.setAll(times, i -> start + i * step);
    Arrays.setAll(values, i -> i);
    return fixture.fold(base, version, e -> e.insert(times, values, 0, n, MergePolicy.NEVER));
  }

  private List<String> windows(Cursors.Windows cursor) {
    List<String> all = new ArrayList<>();
    WindowChunk chunk = new WindowChunk(3);
    while (cursor.next(chunk)) {
      for (int i = 0; i < chunk.size; i++) {
        all.add(chunk.times[i] + ":" + chunk.count[i] + " " + chunk.min[i] + ".." + chunk.max[i]);
      }
    }
    return all;
  }

  private static List<Long> ranges(Cursors.Ranges cursor) {
    List<Long> all = new ArrayList<>();
    while (cursor.next()) {
      all.add(cursor.start());
      all.add(cursor.end());
    }
    return all;
  }

  private static double[] raw(long[] found) {
    double[] flat = new double[found.length];
    for (int i = 0; i < found.length; i += 2) {
      flat[i] = found[i];
      flat[i + 1] = Double.longBitsToDouble(found[i + 1]);
    }
    return flat;
  }

  private double[] all(Root root) {
    return raw(fixture.values(root, TimeRange.MIN, TimeRange.MAX, 100));
  }

  @Test
  void shouldKeepOldVersionReadableAfterDelete() {
    Root full = line(Root.EMPTY, 11, 0, 1, 5_000);
    Root cut = fixture.fold(full, 12, e -> e.delete(10, 4_990));
    assertEquals(20, cut.statistics().count());
    assertEquals(5_000, full.statistics().count());
    assertEquals(10_000, fixture.values(full, 0, 5_000, 64).length);
  }

  @Test
  void shouldReturnEmptyWindowsButNotAnEmptyLastOne() {
    Root root = insert(Root.EMPTY, 11, MergePolicy.NEVER, 1, 1, 2, 2, 3, 3);
    List<String> found = windows(tree.windows(root, 0, 10, 1));
    assertEquals(9, found.size());
    assertEquals("0:0 0.0..0.0", found.get(0));
    assertEquals("2:1 2.0..2.0", found.get(2));
    assertEquals("8:0 0.0..0.0", found.get(8));
    assertEquals(
        List.of("0:3 1.0..3.0"), windows(tree.windows(root, 0, 4, 4)), "a last one with points");
    assertEquals(List.of(), windows(tree.windows(root, 4, 10, 6)));
    assertEquals(List.of(), windows(tree.windows(root, 0, 10, Long.MAX_VALUE)));
  }

  @Test
  void shouldReturnOnlyAlignedWindowsWithPoints() {
    Root root = insert(Root.EMPTY, 11, MergePolicy.NEVER, -1, 1, 0, 2, 7, 3, 1L << 40, 4);
    assertEquals(
        List.of("-4:1 1.0..1.0", "0:1 2.0..2.0", "4:1 3.0..3.0"),
        windows(tree.alignedWindows(root, -3, 1L << 40, 2)));
  }

  @Test
  void shouldCountEverythingInOneWindowOf62Bits() {
    Root root =
        insert(Root.EMPTY, 11, MergePolicy.NEVER, TimeRange.MIN, 1, TimeRange.MAX - 1024, 2, 0, 3);
    assertEquals(
        List.of(TimeRange.MIN + ":3 1.0..3.0"),
        windows(tree.alignedWindows(root, TimeRange.MIN, TimeRange.MAX, 62)));
    assertEquals(2, windows(tree.alignedWindows(root, TimeRange.MIN, TimeRange.MAX, 61)).size());
    assertEquals(List.of(), windows(tree.alignedWindows(root, TimeRange.MIN, TimeRange.MAX, 63)));
  }

  @Test
  void shouldProduceAnyNumberOfEmptyWindowsLazily() {
    Root root = insert(Root.EMPTY, 11, MergePolicy.NEVER, 5, 1);
    Cursors.Windows cursor = tree.windows(root, TimeRange.MIN, TimeRange.MAX, 1);
    WindowChunk chunk = new WindowChunk(1000);
    for (int i = 0; i < 1000; i++) {
      assertTrue(cursor.next(chunk));
      assertEquals(1000, chunk.size);
      assertEquals(TimeRange.MIN + i * 1000L, chunk.times[0]);
    }
  }

  @Test
  void shouldAnswerPopulationStandardDeviation() {
    Root root = insert(Root.EMPTY, 11, MergePolicy.NEVER, 1, 2, 2, 3, 3, 4);
    WindowChunk chunk = new WindowChunk(1);
    assertTrue(tree.windows(root, 0, 4, 4).next(chunk));
    assertEquals(Math.sqrt(2.0 / 3), chunk.stddev[0], 1e-15);
    assertEquals(3.0, chunk.mean[0]);
  }

  @Test
  void shouldSeeChildZeroWhenLookingBackward() {
    Root root = line(Root.EMPTY, 11, TimeRange.MIN, 1, 5_000);
    assertEquals(
        new Tree.Point(TimeRange.MIN, 0),
        tree.nearest(root, TimeRange.MIN + 1, true).orElseThrow());
    assertTrue(tree.nearest(root, TimeRange.MIN, true).isEmpty());
    assertEquals(4_999, tree.nearest(root, TimeRange.MAX - 1, true).orElseThrow().value());
    assertTrue(tree.nearest(root, TimeRange.MIN + 5_000, false).isEmpty());
  }

  @Test
  void shouldReportOnlyTheSlotsThatChanged() {
    Root before = line(Root.EMPTY, 11, ORIGIN, 8_333_333, 100_000);
    long at = ORIGIN + 50_000L * 8_333_333;
    Root after = fixture.fold(before, 12, e -> e.delete(at, at + 1));
    for (int resolution : new int[] {0, 32, 40, 50, 56, 62, 63}) {
      List<Long> changed = ranges(tree.changes(after, 11, 12, resolution));
      long width = changed.get(1) - changed.get(0);
      assertEquals(2, changed.size());
      assertTrue(changed.get(0) <= at && at < changed.get(1));
      long expected =
          switch (resolution) {
            case 0, 32 -> 1L << 32;
            case 40 -> 1L << 38;
            case 62, 63 -> TimeRange.MAX - TimeRange.MIN;
            default -> 1L << resolution;
          };
      assertEquals(expected, width, "resolution " + resolution);
    }
    assertEquals(List.of(), ranges(tree.changes(after, 12, 12, 0)));
    assertEquals(List.of(), ranges(tree.changes(before, 11, 11, 0)));
  }

  @Test
  void shouldReportADeletedSubtreeByItsSlot() {
    Root before = line(Root.EMPTY, 11, 0, 1L << 40, 4_000);
    Root after = fixture.fold(before, 12, e -> e.delete(1L << 50, 1L << 51));
    assertEquals(List.of(1L << 50, 1L << 51), ranges(tree.changes(after, 11, 12, 0)));
  }

  @Test
  void shouldReportEverythingAcrossAnEmptyTree() {
    Root full = line(Root.EMPTY, 11, 0, 1, 5_000);
    Root empty = fixture.fold(full, 12, e -> e.delete(0, 5_000));
    List<Long> everything = List.of(TimeRange.MIN, TimeRange.MAX);
    assertTrue(empty.isEmpty());
    assertEquals(12, empty.emptiedAt());
    assertEquals(everything, ranges(tree.changes(empty, 11, 12, 0)));
    Root kept = Root.at(null, empty.statistics(), empty.emptiedAt());
    Root again = line(kept, 13, 1L << 50, 1, 5_000);
    assertEquals(everything, ranges(tree.changes(again, 11, 13, 0)));
    List<Long> sinceEmpty = ranges(tree.changes(again, 12, 13, 0));
    assertTrue(sinceEmpty.get(1) - sinceEmpty.get(0) < 1 << 20, sinceEmpty.toString());
  }

  @Test
  void shouldNotDirtyNodesByAnInsertThatChangesNothing() {
    Root root = line(Root.EMPTY, 11, 0, 3, 5_000);
    TreeEditor editor = tree.edit(root);
    editor.beginVersion(12);
    long[] times = {0, 3, 3, 14_997};
    double[] values = {0, 1, 1, 4_999};
    editor.insert(times, values, 0, 4, MergePolicy.EQUAL);
    editor.insert(times, new double[4], 0, 4, MergePolicy.RETAIN);
    editor.delete(20_000, 30_000);
    editor.delete(1, 3);
    assertSame(root, editor.freeze());
    assertEquals(0, editor.dirtyBytes());
    assertTrue(editor.takeDead(12).isEmpty());
  }

  @Test
  void shouldTellZerosApartByTheirSign() {
    Root root = insert(Root.EMPTY, 11, MergePolicy.NEVER, 5, 0.0);
    Root both = insert(root, 12, MergePolicy.EQUAL, 5, -0.0, 5, 0.0);
    assertEquals(2, both.statistics().count());
    assertEquals(Double.doubleToRawLongBits(-0.0), bits(both.statistics().min()));
    assertEquals(Double.doubleToRawLongBits(0.0), bits(both.statistics().max()));
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  @Test
  void shouldLeaveOnePointATimeWithinABatch() {
    double[] batch = {5, 1, 3, 7, 5, 2, 5, 1};
    assertArrayEquals(
        new double[] {3, 7, 5, 1}, all(insert(Root.EMPTY, 11, MergePolicy.RETAIN, batch)));
    double[] last = {5, 1, 3, 7, 5, 2, 5, 4};
    assertArrayEquals(
        new double[] {3, 7, 5, 4}, all(insert(Root.EMPTY, 11, MergePolicy.REPLACE, last)));
    assertArrayEquals(
        new double[] {3, 7, 5, 1, 5, 2}, all(insert(Root.EMPTY, 11, MergePolicy.EQUAL, batch)));
    assertArrayEquals(
        new double[] {3, 7, 5, 1, 5, 2, 5, 1},
        all(insert(Root.EMPTY, 11, MergePolicy.NEVER, batch)));
  }

  @Test
  void shouldCostLittleMoreThanItsLeafWhenSmall() {
    SegmentBuilder segment = fixture.segment();
    TreeEditor editor = tree.edit(Root.EMPTY);
    editor.beginVersion(11);
    long[] times = Samples.times(500, 120);
    editor.insert(times, Samples.values(500, Samples.Kind.CONSTANT), 0, 500, MergePolicy.NEVER);
    Root root = editor.write(editor.freeze(), segment);
    assertEquals(1, segment.nextOrdinal());
    assertTrue(segment.sizeBytes() < 120, segment.sizeBytes() + " bytes");
    assertEquals(0, root.address().ordinal());
  }

  @Test
  void shouldWriteADenseClusterAsFewBlocks() {
    SegmentBuilder segment = fixture.segment();
    TreeEditor editor = tree.edit(Root.EMPTY);
    editor.beginVersion(11);
    long[] times = new long[2_000];
    Arrays.setAll(times, i -> ORIGIN + i);
    editor.insert(times, new double[2_000], 0, 2_000, MergePolicy.NEVER);
    editor.write(editor.freeze(), segment);
    assertTrue(segment.nextOrdinal() <= 2, segment.nextOrdinal() + " blocks");
    assertTrue(segment.sizeBytes() < 1_000, segment.sizeBytes() + " bytes");
  }

  @Test
  void shouldWriteOnlyThePathThatChanged() {
    Root root = line(Root.EMPTY, 11, ORIGIN, 8_333_333, 200_000);
    TreeEditor editor = tree.edit(root);
    editor.beginVersion(12);
    editor.insert(new long[] {ORIGIN + 1}, new double[] {1}, 0, 1, MergePolicy.NEVER);
    SegmentBuilder segment = fixture.segment();
    editor.write(editor.freeze(), segment);
    assertTrue(segment.nextOrdinal() <= 7, segment.nextOrdinal() + " blocks");
    List<DeadBlock> dead = editor.takeDead(12);
    assertTrue(dead.size() >= 2 && dead.size() <= 7, dead.toString());
    assertTrue(dead.stream().allMatch(d -> d.born() == 11 && d.died() == 12));
  }

  @Test
  void shouldAnswerWideWindowsWithoutReadingLeaves() {
    InMemorySegmentStore store = new InMemorySegmentStore();
    List<BlockAddress> loaded = new ArrayList<>();
    NodeCache counting =
        new NodeCache() {
          @Override
          public Node get(BlockAddress address, Function<BlockAddress, Node> loader) {
            loaded.add(address);
            return loader.apply(address);
          }

          @Override
          public void put(BlockAddress address, Node node) {
            assertTrue(node.heapBytes() > 0);
          }
        };
    TreeFixture counted = new TreeFixture(TreeShape.STANDARD, store, counting);
    int n = 1_000_000;
    long[] times = Samples.times(n, 120);
    double[] values = Samples.values(n, Samples.Kind.GAUSSIAN);
    Root root = counted.fold(Root.EMPTY, 11, e -> e.insert(times, values, 0, n, MergePolicy.NEVER));
    loaded.clear();
    List<String> found =
        windows(counted.tree.alignedWindows(root, TimeRange.MIN, TimeRange.MAX - 1, 44));
    assertFalse(found.isEmpty());
    assertTrue(loaded.size() < 10, loaded.size() + " blocks read for " + found.size());
  }

  @Test
  void shouldRefuseWhatTheCallerShouldHaveChecked() {
    assertThrows(IllegalArgumentException.class, () -> tree.windows(Root.EMPTY, 0, 10, 0));
    assertThrows(IllegalArgumentException.class, () -> tree.alignedWindows(Root.EMPTY, 0, 10, 64));
    assertThrows(
        IllegalArgumentException.class, () -> tree.windows(Root.EMPTY, TimeRange.MIN - 1, 10, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> insert(Root.EMPTY, 11, MergePolicy.NEVER, TimeRange.MIN * 2.0, 1));
    TreeEditor editor = tree.edit(Root.EMPTY);
    assertThrows(IllegalStateException.class, () -> editor.delete(0, 1));
  }
}
