package io.btrdb.tree;

import io.btrdb.storage.BlockReader;
import io.btrdb.storage.InMemorySegmentStore;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import java.util.Arrays;

/** A tree over a store in memory, and the answers of its cursors as plain arrays. */
final class TreeFixture {
  static final int SHARD = 7;

  final TreeShape shape;
  final SegmentStore store;
  final Tree tree;
  private long segments;

  TreeFixture(TreeShape shape) {
    this(shape, new InMemorySegmentStore(), NodeCache.NONE);
  }

  TreeFixture(TreeShape shape, SegmentStore store, NodeCache cache) {
    this.shape = shape;
    this.store = store;
    this.tree = new Tree(shape, SHARD, new BlockReader(store, SHARD), cache);
  }

  SegmentBuilder segment() {
    return new SegmentBuilder(SegmentId.of(SHARD, 1, segments++));
  }

  /** Puts the segment in the store and returns how many bytes it has. */
  int store(SegmentBuilder segment) {
    byte[] bytes = segment.finish(new byte[0]);
    store.put(segment.id(), bytes);
    return bytes.length;
  }

  /** Writes a frozen root as a segment of its own. */
  Root write(TreeEditor editor, Root frozen) {
    SegmentBuilder segment = segment();
    Root written = editor.write(frozen, segment);
    store(segment);
    return written;
  }

  Root fold(Root base, long version, java.util.function.Consumer<TreeEditor> edits) {
    TreeEditor editor = tree.edit(base);
    editor.beginVersion(version);
    edits.accept(editor);
    return write(editor, editor.freeze());
  }

  /** Alternating times and raw bits. */
  long[] values(Root root, long start, long end, int chunkSize) {
    Cursors.Points cursor = tree.values(root, start, end);
    PointChunk chunk = new PointChunk(chunkSize);
    long[] all = new long[64];
    int n = 0;
    while (cursor.next(chunk)) {
      all = n + 2 * chunk.size > all.length ? Arrays.copyOf(all, 2 * (n + 2 * chunk.size)) : all;
      for (int i = 0; i < chunk.size; i++) {
        all[n++] = chunk.times[i];
        all[n++] = Double.doubleToRawLongBits(chunk.values[i]);
      }
    }
    return Arrays.copyOf(all, n);
  }

  static int count(Cursors.Points cursor) {
    PointChunk chunk = new PointChunk(4096);
    int n = 0;
    while (cursor.next(chunk)) {
      n += chunk.size;
    }
    return n;
  }
}
