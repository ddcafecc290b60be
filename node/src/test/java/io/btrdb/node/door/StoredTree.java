package io.btrdb.node.door;

import io.btrdb.node.plane.ReadPlace;
import io.btrdb.shard.Retention;
import io.btrdb.storage.BlockAddress;
import io.btrdb.storage.BlockReader;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.Node;
import io.btrdb.tree.NodeCache;
import io.btrdb.tree.Root;
import io.btrdb.tree.Tree;
import io.btrdb.tree.TreeEditor;
import io.btrdb.tree.TreeShape;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Versions of a stream as blocks of a store, where each block that is read is counted. */
final class StoredTree {
  private static final int SHARD = 0;
  private static final int VERSION_POINTS = 1_000_000;

  /** Blocks that were read. */
  final AtomicInteger reads = new AtomicInteger();

  /** Run before each of them. */
  volatile Runnable onRead = () -> {};

  private final InMemorySegmentStore store = new InMemorySegmentStore();
  private final Tree tree =
      new Tree(
          TreeShape.STANDARD,
          SHARD,
          new BlockReader(store, SHARD),
          new NodeCache() {
            @Override
            public Node get(BlockAddress address, Function<BlockAddress, Node> loader) {
              onRead.run();
              reads.incrementAndGet();
              return loader.apply(address);
            }

            @Override
            public void put(BlockAddress address, Node node) {}
          });
  private Root root = Root.EMPTY;
  private long version = 10;

  /** Points at 0, step, 2 step ..., value = index. */
  static StoredTree of(int points, long step) {
    StoredTree stored = new StoredTree();
    for (int from = 0; from < points; from += VERSION_POINTS) {
      stored.append(from, Math.min(points, from + VERSION_POINTS), step);
    }
    stored.reads.set(0);
    return stored;
  }

  private void append(int from, int to, long step) {
    long[] times = new long[to - from];
    double[] values = new double[to - from];
    for (int i = from; i < to; i++) {
      times[i - from] = i * step;
      values[i - from] = i;
    }
    TreeEditor editor = tree.edit(root);
    editor.beginVersion(++version);
    editor.insert(times, values, 0, times.length, MergePolicy.NEVER);
    SegmentBuilder segment = new SegmentBuilder(SegmentId.of(SHARD, 1, version));
    root = editor.write(editor.freeze(), segment);
    store.put(segment.id(), segment.finish(new byte[0]));
  }

  ReadPlace.Here place() {
    return new ReadPlace.Here(tree, root, version, 0, Retention.ALL);
  }
}
