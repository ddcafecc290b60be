package io.btrdb.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.SegmentBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random operations against {@link Model}: after every version all queries must answer alike, at
 * this and at older versions, from memory and from the store. {@code -Dbtrdb.rounds} raises the
 * number of histories.
 */
class RandomHistoryTest {
  private static final int ROUNDS = Integer.getInteger("btrdb.rounds", 1000);
  private static final TreeShape[] SHAPES = {
    new TreeShape(1, 2),
    new TreeShape(2, 3),
    new TreeShape(3, 8),
    new TreeShape(4, 5),
    new TreeShape(5, 16),
    new TreeShape(6, 4),
    new TreeShape(6, 64),
    TreeShape.STANDARD
  };

  @Test
  void shouldAnswerAsASortedMapDoes() {
    for (int round = 0; round < ROUNDS; round++) {
      try {
        new History(round).run();
      } catch (RuntimeException | Error e) {
        fail("seed " + round + ": " + e, e);
      }
    }
  }

  /** One stream's life. */
  private static final class History {
    private static final long FIRST_VERSION = 11;

    private final Random random;
    private final TreeFixture fixture;
    private final TimeMaker times;
    private final List<Root> roots = new ArrayList<>();
    private final List<Model> models = new ArrayList<>();
    private final List<DeadBlock> dead = new ArrayList<>();
    private final boolean manyVersionsASegment;
    private TreeEditor editor;

    History(long seed) {
      random = new Random(seed);
      fixture = new TreeFixture(SHAPES[(int) (seed % SHAPES.length)]);
      times = new TimeMaker(random);
      manyVersionsASegment = random.nextInt(3) == 0;
      roots.add(Root.EMPTY);
      models.add(new Model());
    }

    void run() {
      Root durable = Root.EMPTY;
      Model model = new Model();
      long version = FIRST_VERSION;
      int commits = 1 + random.nextInt(6);
      for (int c = 0; c < commits; c++) {
        if (editor == null || random.nextInt(3) == 0) {
          editor = fixture.tree.edit(durable);
        }
        int versions = manyVersionsASegment ? 1 + random.nextInt(3) : 1;
        List<Root> frozen = new ArrayList<>();
        for (int v = 0; v < versions; v++) {
          editor.beginVersion(version++);
          model = model.copy();
          edit(model);
          frozen.add(editor.freeze());
          check(frozen.get(v), model, version - 1);
          models.add(model);
        }
        SegmentBuilder segment = fixture.segment();
        for (Root root : frozen) {
          durable = editor.write(root, segment);
          roots.add(durable);
        }
        fixture.store(segment);
        dead.addAll(editor.takeDead(version - 1));
        for (Root root : frozen) {
          int at = (int) (version - FIRST_VERSION) - versions + frozen.indexOf(root) + 1;
          check(root, models.get(at), FIRST_VERSION - 1 + at);
        }
        checkAll();
      }
      checkDead();
    }

    private void edit(Model model) {
      for (int ops = 1 + random.nextInt(3); ops > 0; ops--) {
        if (random.nextInt(4) == 0) {
          long a = times.any();
          long b = random.nextInt(6) == 0 ? TimeRange.MAX : times.any();
          long start = random.nextInt(10) == 0 ? TimeRange.MIN : Math.min(a, b);
          editor.delete(start, Math.max(a, b));
          model.delete(start, Math.max(a, b));
        } else {
          int n = 1 + random.nextInt(random.nextInt(4) == 0 ? 400 : 30);
          long[] t = new long[n + 2];
          double[] v = new double[n + 2];
          times.fill(t, v);
          MergePolicy policy = MergePolicy.values()[random.nextInt(4)];
          editor.insert(t, v, 1, n + 1, policy);
          model.insert(t, v, 1, n + 1, policy);
        }
        if (random.nextInt(8) == 0) {
          check(editor.freeze(), model, 0);
        }
      }
    }

    private void checkAll() {
      int last = models.size() - 1;
      check(roots.get(last), models.get(last), FIRST_VERSION - 1 + last);
      int older = random.nextInt(models.size());
      check(roots.get(older), models.get(older), FIRST_VERSION - 1 + older);
      int to = random.nextInt(models.size());
      checkChanges(Math.min(older, to), Math.max(older, to));
      checkChanges(last - 1, last);
    }

    private void check(Root root, Model model, long version) {
      assertEquals(model.count(), root.statistics().count());
      assertArrayEquals(
          model.values(TimeRange.MIN, TimeRange.MAX),
          fixture.values(root, TimeRange.MIN, TimeRange.MAX, 1 + random.nextInt(300)),
          "all values of version " + version);
      checkRootStatistics(root, model);
      for (int i = 0; i < 2; i++) {
        long a = times.any();
        long b = times.any();
        long start = Math.min(a, b);
        long end = Math.max(a, b);
        assertArrayEquals(model.values(start, end), fixture.values(root, start, end, 7));
        checkNearest(root, model, random.nextBoolean() ? a : a + random.nextInt(3) - 1);
        checkWindows(root, model, start, end);
        checkAligned(root, model, start, end);
      }
    }

    private void checkRootStatistics(Root root, Model model) {
      Statistics s = root.statistics();
      assertSpan(
          model.span(TimeRange.MIN, TimeRange.MAX),
          s.count(),
          s.min(),
          s.max(),
          s.mean(),
          s.standardDeviation());
      if (s.count() > 0) {
        assertEquals(model.points.firstKey(), s.firstTime());
        assertEquals(model.points.firstEntry().getValue().get(0), s.firstValue());
        assertEquals(model.points.lastKey(), s.lastTime());
        List<Double> last = model.points.lastEntry().getValue();
        assertEquals(last.get(last.size() - 1), s.lastValue());
      }
    }

    private void checkNearest(Root root, Model model, long time) {
      assertEquals(
          model.nearest(time, false), fixture.tree.nearest(root, time, false).orElse(null));
      assertEquals(model.nearest(time, true), fixture.tree.nearest(root, time, true).orElse(null));
    }

    private void checkWindows(Root root, Model model, long start, long end) {
      if (start >= end) {
        return;
      }
      long span = end - start;
      long width = Math.max(1, span / (1 + random.nextInt(40)) - random.nextInt(2));
      if (random.nextInt(5) == 0) {
        width = span + random.nextInt(2);
      }
      long n = span / width;
      Cursors.Windows cursor = fixture.tree.windows(root, start, end, width);
      WindowChunk chunk = new WindowChunk(1 + random.nextInt(9));
      long i = 0;
      while (cursor.next(chunk)) {
        for (int k = 0; k < chunk.size; k++, i++) {
          assertEquals(start + i * width, chunk.times[k]);
          Model.Span expected = model.span(start + i * width, start + i * width + width);
          assertWindow(expected, chunk, k);
          assertTrue(i < n - 1 || expected.count() > 0, "the last window is left out when empty");
        }
      }
      boolean lastIsEmpty =
          n > 0 && model.span(start + (n - 1) * width, start + n * width).count() == 0;
      assertEquals(lastIsEmpty ? n - 1 : n, i);
    }

    private void checkAligned(Root root, Model model, long start, long end) {
      int minimum = 63 - Long.numberOfLeadingZeros(Math.max(1, end - start)) - 6;
      int pw = Math.max(0, Math.min(63, minimum + random.nextInt(10)));
      long base = pw > 60 ? TimeRange.MIN : 0;
      long mask = pw == 63 ? 0 : -(1L << pw);
      Cursors.Windows cursor = fixture.tree.alignedWindows(root, start, end, pw);
      WindowChunk chunk = new WindowChunk(1 + random.nextInt(9));
      long w = base + ((start - base) & mask);
      long stop = base + ((end - base) & mask);
      while (cursor.next(chunk)) {
        for (int k = 0; k < chunk.size; k++) {
          assertEquals(0, model.span(w, chunk.times[k]).count(), "a window with points is missing");
          w = chunk.times[k];
          assertTrue(w < stop && ((w - base) & ~mask) == 0);
          assertTrue(chunk.count[k] > 0);
          assertWindow(model.span(w, w + (1L << pw)), chunk, k);
          w += 1L << pw;
        }
      }
      assertEquals(0, w < stop ? model.span(w, stop).count() : 0);
    }

    private static void assertWindow(Model.Span expected, WindowChunk chunk, int k) {
      assertSpan(
          expected, chunk.count[k], chunk.min[k], chunk.max[k], chunk.mean[k], chunk.stddev[k]);
    }

    private static void assertSpan(
        Model.Span expected, long count, double min, double max, double mean, double stddev) {
      assertEquals(expected.count(), count);
      assertTrue(expected.min() == min && expected.max() == max);
      if (expected.stddev() < Double.POSITIVE_INFINITY) {
        double scale = 1e-9 * Math.max(Math.abs(expected.mean()), expected.stddev());
        assertEquals(expected.mean(), mean, scale + Double.MIN_VALUE * 100);
        assertEquals(expected.stddev(), stddev, scale + 1e-160);
      } else {
        assertTrue(mean >= min && mean <= max);
        assertEquals(Double.POSITIVE_INFINITY, stddev);
      }
    }

    private void checkChanges(int from, int to) {
      if (to < 1 || from < 0) {
        return;
      }
      Model before = models.get(from);
      Model after = models.get(to);
      Cursors.Ranges ranges =
          fixture.tree.changes(
              roots.get(to), FIRST_VERSION - 1 + from, FIRST_VERSION - 1 + to, random.nextInt(64));
      Set<Long> different = new HashSet<>();
      before.points.forEach(
          (t, v) -> {
            if (!v.equals(after.points.get(t))) {
              different.add(t);
            }
          });
      after.points.forEach(
          (t, v) -> {
            if (!v.equals(before.points.get(t))) {
              different.add(t);
            }
          });
      long previous = Long.MIN_VALUE;
      while (ranges.next()) {
        assertTrue(ranges.start() > previous && ranges.end() > ranges.start());
        assertTrue(from < to);
        previous = ranges.end();
        different.removeIf(t -> t >= ranges.start() && t < ranges.end());
      }
      assertEquals(Set.of(), different, "changes " + from + " to " + to + " are incomplete");
    }

    /** A block is dead in a version exactly when that version's tree does not reach it. */
    private void checkDead() {
      Set<BlockAddress> known = new HashSet<>();
      List<Set<BlockAddress>> reachable = new ArrayList<>();
      for (Root root : roots) {
        Set<BlockAddress> blocks = Reachable.blocks(fixture, root);
        reachable.add(blocks);
        known.addAll(blocks);
      }
      Set<BlockAddress> buried = new HashSet<>();
      for (DeadBlock block : Reachable.expand(fixture, dead)) {
        assertTrue(buried.add(block.address()), "dead twice: " + block);
        for (int i = 0; i < roots.size(); i++) {
          long version = FIRST_VERSION - 1 + i;
          boolean alive = version >= block.born() && version < block.died();
          boolean reached = reachable.get(i).contains(block.address());
          assertEquals(alive, reached, block + " in version " + version);
        }
      }
      Set<BlockAddress> live = reachable.get(reachable.size() - 1);
      known.removeAll(buried);
      assertEquals(live, known, "every block is live or dead");
    }
  }
}
