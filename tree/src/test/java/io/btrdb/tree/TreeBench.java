package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.SegmentBuilder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Rates of folds, writes and queries over ten million points of 120 Hz; prints a line for each.
 * Time is that of this thread on the processor, so that neighbours on the machine do not count.
 */
final class TreeBench {
  private static final int POINTS = 10_000_000;
  private static final int BATCH = 10_000;
  private static final int ROUNDS = 8;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long[] times = Samples.times(POINTS, 120);
  private final double[] values;
  private final Map<BlockAddress, Node> cached = new HashMap<>();
  private final TreeFixture fixture =
      new TreeFixture(TreeShape.STANDARD, new InMemorySegmentStore(), new MapCache());
  private Root root;

  private TreeBench(Samples.Kind kind) {
    values = Samples.values(POINTS, kind);
  }

  public static void main(String[] args) {
    for (Samples.Kind kind :
        new Samples.Kind[] {Samples.Kind.GAUSSIAN, Samples.Kind.WALK_3_DECIMALS}) {
      System.out.println(kind);
      new TreeBench(kind).run();
    }
  }

  private void run() {
    rate("fold, points/s", POINTS, this::fold);
    rate("fold and write, points/s", POINTS, this::write);
    rate("scan cold (decode), points/s", POINTS, () -> scan(true));
    rate("scan cached, points/s", POINTS, () -> scan(false));
    rate("1,000 windows over all, queries/s", 20, () -> times(20, this::windows));
    rate("aligned windows of 2^33, windows/s", 9_701, this::aligned);
    rate("nearest, queries/s", 100_000, this::nearest);
    rate("single-point commits with write, /s", 1_000, this::smallCommits);
  }

  private static void rate(String what, long units, LongSupplier action) {
    double best = 0;
    for (int r = 0; r < ROUNDS; r++) {
      long begin = THREADS.getCurrentThreadCpuTime();
      long sink = action.getAsLong();
      double seconds = (THREADS.getCurrentThreadCpuTime() - begin) / 1e9;
      best = Math.max(best, units / seconds);
      if (sink == Long.MIN_VALUE) {
        throw new IllegalStateException();
      }
    }
    System.out.printf("  %-38s %,15.0f%n", what, best);
  }

  private long fold() {
    TreeEditor editor = fixture.tree.edit(Root.EMPTY);
    for (int at = 0, v = 11; at < POINTS; at += BATCH, v++) {
      editor.beginVersion(v);
      editor.insert(times, values, at, at + BATCH, MergePolicy.NEVER);
    }
    return editor.freeze().statistics().count();
  }

  private long write() {
    cached.clear();
    TreeEditor editor = fixture.tree.edit(Root.EMPTY);
    int perVersion = 4 * BATCH;
    for (int at = 0, v = 11; at < POINTS; at += perVersion, v++) {
      editor.beginVersion(v);
      for (int b = 0; b < perVersion; b += BATCH) {
        editor.insert(times, values, at + b, at + b + BATCH, MergePolicy.NEVER);
      }
      SegmentBuilder segment = fixture.segment();
      root = editor.write(editor.freeze(), segment);
      fixture.store(segment);
    }
    return root.statistics().count();
  }

  private long scan(boolean cold) {
    if (cold) {
      cached.clear();
    }
    Cursors.Points cursor = fixture.tree.values(root, TimeRange.MIN, TimeRange.MAX);
    PointChunk chunk = new PointChunk(4096);
    long sink = 0;
    while (cursor.next(chunk)) {
      sink += chunk.times[0] + chunk.size;
    }
    return sink;
  }

  private static long times(int n, LongSupplier action) {
    long sink = 0;
    for (int i = 0; i < n; i++) {
      sink += action.getAsLong();
    }
    return sink;
  }

  private long windows() {
    long start = times[0];
    long width = (times[POINTS - 1] - start) / 1000;
    return drain(fixture.tree.windows(root, start, start + 1000 * width, width));
  }

  private long aligned() {
    return drain(fixture.tree.alignedWindows(root, TimeRange.MIN, TimeRange.MAX - 1, 33));
  }

  private static long drain(Cursors.Windows cursor) {
    WindowChunk chunk = new WindowChunk(512);
    long sink = 0;
    while (cursor.next(chunk)) {
      sink += chunk.count[0];
    }
    return sink;
  }

  private long nearest() {
    Random random = new Random(1);
    long span = times[POINTS - 1] - times[0];
    long sink = 0;
    for (int i = 0; i < 100_000; i++) {
      long at = times[0] + (long) (random.nextDouble() * span);
      sink += fixture.tree.nearest(root, at, (i & 1) == 0).orElseThrow().time();
    }
    return sink;
  }

  private long smallCommits() {
    TreeEditor editor = fixture.tree.edit(root);
    long version = 1_000_000;
    for (int i = 0; i < 1000; i++) {
      editor.beginVersion(version++);
      editor.insert(new long[] {times[POINTS - 1] + 1 + i}, values, 0, 1, MergePolicy.NEVER);
      SegmentBuilder segment = fixture.segment();
      editor.write(editor.freeze(), segment);
      fixture.store(segment);
      editor.takeDead(version);
    }
    return version;
  }

  /** Keeps everything. */
  private final class MapCache implements NodeCache {
    @Override
    public Node get(BlockAddress address, Function<BlockAddress, Node> loader) {
      Node node = cached.get(address);
      if (node == null) {
        node = loader.apply(address);
        cached.put(address, node);
      }
      return node;
    }

    @Override
    public void put(BlockAddress address, Node node) {
      cached.put(address, node);
    }
  }
}
