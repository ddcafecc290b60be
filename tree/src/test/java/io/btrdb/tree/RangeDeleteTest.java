package io.btrdb.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.tree.DeadBlock.Extent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Deletes of a large tree: their cost follows the edges of the range, not what lies between. */
class RangeDeleteTest {
  private static final int POINTS = 10_000_000;
  private static final int BATCH = 1_000_000;

  /** Some 120 points a slot of 2^26 ns: leaves too large to lie in their parents. */
  private static final long STEP = 560_000;

  private static final long ORIGIN = Samples.ORIGIN;
  private static final int FIRST = 11;
  private static final int LAST = FIRST + POINTS / BATCH - 1;

  /** Both edges of a range, each at most this many rows on each of at most 11 levels. */
  private static final int EDGES = 2 * 11 * 64;

  /** Loads go to the map: how often each block was read. */
  private static final class Counting implements NodeCache {
    final Map<BlockAddress, Integer> loads = new HashMap<>();

    @Override
    public Node get(BlockAddress address, Function<BlockAddress, Node> loader) {
      loads.merge(address, 1, Integer::sum);
      return loader.apply(address);
    }

    @Override
    public void put(BlockAddress address, Node node) {}
  }

  /** One delete: what it left, what it buried, what it read. */
  private record Deleted(Root root, List<DeadBlock> dead, int blocksRead, int blocksWritten) {}

  private static Counting counting;
  private static TreeFixture fixture;
  private static Root full;
  private static Set<BlockAddress> blocks;

  @BeforeAll
  static void grow() {
    counting = new Counting();
    fixture = new TreeFixture(new TreeShape(6, 128), new InMemorySegmentStore(), counting);
    Random random = new Random(1);
    long[] times = new long[BATCH];
    double[] values = new double[BATCH];
    full = Root.EMPTY;
    for (int version = FIRST; version <= LAST; version++) {
      long first = ORIGIN + (version - FIRST) * BATCH * STEP;
      Arrays.setAll(times, i -> first + i * STEP);
      Arrays.setAll(values, i -> random.nextDouble());
      full = fixture.fold(full, version, e -> e.insert(times, values, 0, BATCH, MergePolicy.NEVER));
    }
    blocks = Reachable.blocks(fixture, full);
    assertTrue(blocks.size() > 50_000, blocks.size() + " blocks");
  }

  private static Deleted delete(long start, long end) {
    counting.loads.clear();
    TreeEditor editor = fixture.tree.edit(full);
    editor.beginVersion(LAST + 1);
    editor.delete(start, end);
    SegmentBuilder segment = fixture.segment();
    Root root = editor.write(editor.freeze(), segment);
    List<DeadBlock> dead = editor.takeDead(LAST + 1);
    int read = counting.loads.size();
    fixture.store(segment);
    return new Deleted(root, dead, read, segment.nextOrdinal());
  }

  /** The entries cover each block that the new tree does not reach, once, and no other. */
  private static void assertBuriesTheRest(Deleted deleted) {
    Set<BlockAddress> expected = new HashSet<>(blocks);
    expected.removeAll(Reachable.blocks(fixture, deleted.root()));
    Set<BlockAddress> buried = new HashSet<>();
    for (DeadBlock each : Reachable.expand(fixture, deleted.dead())) {
      assertTrue(buried.add(each.address()), "dead twice: " + each);
      assertTrue(each.born() >= FIRST && each.born() <= LAST && each.died() == LAST + 1);
    }
    assertEquals(expected, buried);
  }

  @Test
  void shouldDropAllOfTimeAsOneEntry() {
    Deleted all = delete(TimeRange.MIN, TimeRange.MAX);
    assertTrue(all.root().isEmpty());
    assertEquals(
        List.of(new DeadBlock(full.address(), LAST, LAST + 1, Extent.SUBTREE)), all.dead());
    assertEquals(1, all.blocksRead());
    assertBuriesTheRest(all);
  }

  @Test
  void shouldDeleteEveryPointAtTheCostOfTheEdges() {
    Deleted points = delete(ORIGIN, ORIGIN + POINTS * STEP);
    assertTrue(points.root().isEmpty());
    assertBounded(points);
    assertBuriesTheRest(points);
  }

  @Test
  void shouldDeleteMostPointsAtTheCostOfTheEdges() {
    Deleted most = delete(ORIGIN + 77_777 * STEP + 1, ORIGIN + (POINTS - 55_555) * STEP);
    assertEquals(77_778 + 55_555, most.root().statistics().count());
    assertBounded(most);
    assertBuriesTheRest(most);
  }

  @Test
  void shouldRememberWhenEachBlockOfASubtreeWasBorn() {
    Set<Long> births = new HashSet<>();
    Reachable.expand(fixture, delete(TimeRange.MIN, TimeRange.MAX).dead())
        .forEach(each -> births.add(each.born()));
    assertEquals(POINTS / BATCH, births.size());
  }

  @Test
  void shouldRefuseToWalkWhatIsNoDeadSubtree() {
    DeadBlock top = delete(TimeRange.MIN, TimeRange.MAX).dead().getFirst();
    DeadBlock alone = new DeadBlock(top.address(), top.born(), top.died(), Extent.BLOCK);
    assertThrows(IllegalArgumentException.class, () -> fixture.tree.below(alone));
    DeadBlock other = new DeadBlock(top.address(), top.born() - 1, top.died(), Extent.SUBTREE);
    assertThrows(CorruptBlockException.class, () -> fixture.tree.below(other));
  }

  @Test
  void shouldBuryTheLeavesOfACoreThatBecomesOneLeaf() {
    TreeFixture small = new TreeFixture(TreeShape.STANDARD);
    double[] values = new Random(5).doubles(1_200).toArray();
    long[] times = new long[values.length];
    // Two slots of 2^56 ns hold 600 points each, in blocks of their own.
    Arrays.setAll(times, i -> i < 600 ? i : (1L << 56) + i);
    Root two =
        small.fold(
            Root.EMPTY, FIRST, e -> e.insert(times, values, 0, times.length, MergePolicy.NEVER));
    Set<BlockAddress> before = Reachable.blocks(small, two);
    assertEquals(3, before.size());
    TreeEditor editor = small.tree.edit(two);
    editor.beginVersion(FIRST + 1);
    editor.delete(0, 300);
    editor.write(editor.freeze(), small.segment());
    Set<BlockAddress> buried = new HashSet<>();
    for (DeadBlock each : editor.takeDead(FIRST + 1)) {
      assertTrue(buried.add(each.address()), "dead twice: " + each);
      assertEquals(Extent.BLOCK, each.extent());
    }
    assertEquals(before, buried);
  }

  private static void assertBounded(Deleted deleted) {
    assertTrue(deleted.dead().size() <= EDGES, deleted.dead().size() + " entries");
    assertTrue(deleted.blocksRead() <= 2 * 11, deleted.blocksRead() + " blocks read");
    assertTrue(deleted.blocksWritten() <= 2 * 11, deleted.blocksWritten() + " blocks written");
  }
}
