package io.btrdb.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.SegmentBuilder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any number of points at one nanosecond. */
class DuplicatesTest {
  private static final long TIME = 1_700_000_000_000_000_001L;

  private final TreeFixture fixture = new TreeFixture(TreeShape.STANDARD);

  private static long[] sameTime(int n) {
    long[] times = new long[n];
    Arrays.fill(times, TIME);
    return times;
  }

  private static double[] ascending(int n, double first) {
    double[] values = new double[n];
    Arrays.setAll(values, i -> first + i);
    return values;
  }

  private Root inserted(Root base, long version, int n, double first, MergePolicy policy) {
    return fixture.fold(
        base, version, e -> e.insert(sameTime(n), ascending(n, first), 0, n, policy));
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 1025, 5_000, 100_000})
  void shouldKeepEveryPointOfOneNanosecondInOrder(int n) {
    Root root = inserted(Root.EMPTY, 11, n, 0, MergePolicy.NEVER);
    root = inserted(root, 12, n, n, MergePolicy.NEVER);
    long[] found = fixture.values(root, TIME, TIME + 1, 1000);
    assertEquals(4 * n, found.length);
    for (int i = 0; i < 2 * n; i++) {
      assertEquals(TIME, found[2 * i]);
      assertEquals(i, Double.longBitsToDouble(found[2 * i + 1]));
    }
    assertEquals(0, fixture.values(root, TIME + 1, TimeRange.MAX, 10).length);
    assertEquals(0.0, fixture.tree.nearest(root, TIME, false).orElseThrow().value());
    assertEquals(2 * n - 1.0, fixture.tree.nearest(root, TIME + 1, true).orElseThrow().value());
    assertTrue(fixture.tree.nearest(root, TIME, true).isEmpty());
    WindowChunk chunk = new WindowChunk(4);
    assertTrue(fixture.tree.alignedWindows(root, TIME - 5, TIME + 5, 0).next(chunk));
    assertEquals(2L * n, chunk.count[0]);
    assertEquals(n - 0.5, chunk.mean[0], 1e-6);
  }

  @Test
  void shouldAppendToALongListWithoutWritingItAgain() {
    Root root = inserted(Root.EMPTY, 11, 100_000, 0, MergePolicy.NEVER);
    TreeEditor editor = fixture.tree.edit(root);
    editor.beginVersion(12);
    editor.insert(sameTime(10), ascending(10, -20), 0, 10, MergePolicy.NEVER);
    SegmentBuilder segment = fixture.segment();
    Root more = editor.write(editor.freeze(), segment);
    int bytes = fixture.store(segment);
    assertEquals(100_010, more.statistics().count());
    assertTrue(bytes < 20_000, "10 points took " + bytes + " bytes");
  }

  @Test
  void shouldGrowByOneLevelAfterAnother() {
    TreeFixture narrow = new TreeFixture(new TreeShape(1, 2));
    Root root = Root.EMPTY;
    for (int i = 0; i < 600; i++) {
      double value = i;
      root =
          narrow.fold(
              root,
              11 + i,
              e -> e.insert(new long[] {TIME}, new double[] {value}, 0, 1, MergePolicy.NEVER));
    }
    long[] found = narrow.values(root, TimeRange.MIN, TimeRange.MAX, 64);
    for (int i = 0; i < 600; i++) {
      assertEquals(i, Double.longBitsToDouble(found[2 * i + 1]));
    }
  }

  @Test
  void shouldApplyPoliciesToALongList() {
    Root root = inserted(Root.EMPTY, 11, 5_000, 0, MergePolicy.NEVER);
    assertEquals(5_000, inserted(root, 12, 300, 9, MergePolicy.RETAIN).statistics().count());
    assertEquals(5_100, inserted(root, 12, 300, 4_800, MergePolicy.EQUAL).statistics().count());
    Root replaced = inserted(root, 12, 300, 9, MergePolicy.REPLACE);
    assertArrayEquals(
        new long[] {TIME, Double.doubleToRawLongBits(308)},
        fixture.values(replaced, TimeRange.MIN, TimeRange.MAX, 9));
  }

  @Test
  void shouldNotTouchAListThatHasEqualPointsAlready() {
    Root root = inserted(Root.EMPTY, 11, 5_000, 0, MergePolicy.NEVER);
    TreeEditor editor = fixture.tree.edit(root);
    editor.beginVersion(12);
    editor.insert(sameTime(700), ascending(700, 4_000), 0, 700, MergePolicy.EQUAL);
    editor.insert(sameTime(700), ascending(700, 9_000), 0, 700, MergePolicy.RETAIN);
    assertSame(root, editor.freeze());
    assertEquals(0, editor.dirtyBytes());
  }

  @Test
  void shouldDeleteAListAsAWhole() {
    Root root = inserted(Root.EMPTY, 11, 5_000, 0, MergePolicy.NEVER);
    assertTrue(fixture.fold(root, 12, e -> e.delete(TIME, TIME + 1)).isEmpty());
  }

  @Test
  void shouldReplaceOrDeleteAListAsOneDeadSubtree() {
    Root root = inserted(Root.EMPTY, 11, 100_000, 0, MergePolicy.NEVER);
    Set<BlockAddress> blocks = Reachable.blocks(fixture, root);
    assertTrue(blocks.size() > 90, blocks.size() + " blocks");
    double[] one = {7};
    assertDrops(root, blocks, e -> e.insert(sameTime(1), one, 0, 1, MergePolicy.REPLACE));
    assertDrops(root, blocks, e -> e.delete(TIME, TIME + 1));
  }

  private void assertDrops(Root root, Set<BlockAddress> blocks, Consumer<TreeEditor> edit) {
    TreeEditor editor = fixture.tree.edit(root);
    editor.beginVersion(12);
    edit.accept(editor);
    SegmentBuilder segment = fixture.segment();
    editor.write(editor.freeze(), segment);
    fixture.store(segment);
    List<DeadBlock> dead = editor.takeDead(12);
    assertTrue(dead.size() <= 12, "a path and the list's top: " + dead);
    Set<BlockAddress> buried = new HashSet<>();
    Reachable.expand(fixture, dead).forEach(each -> assertTrue(buried.add(each.address())));
    assertEquals(blocks, buried);
  }
}
