package io.btrdb.shard;

import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.btrdb.tree.Cursors;
import io.btrdb.tree.MergePolicy;
import io.btrdb.tree.PointChunk;
import io.btrdb.tree.Root;
import io.btrdb.tree.TimeRange;
import io.btrdb.tree.Tree;
import java.util.UUID;

/** Points in and out, for tests. */
final class Points {
  private Points() {}

  static Operation.Insert insert(UUID stream, MergePolicy policy, long[] times, double[] values) {
    ByteWriter out = new ByteWriter();
    PointsCodec.encode(times, values, 0, times.length, out);
    return new Operation.Insert(stream, policy, times.length, out.toByteArray());
  }

  /** {@code count} points at start, start + 1, ... with their time as value. */
  static Operation.Insert ramp(UUID stream, long start, int count) {
    long[] times = new long[count];
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      times[i] = start + i;
      values[i] = start + i;
    }
    return insert(stream, MergePolicy.NEVER, times, values);
  }

  static PlainStream.Contents contents(Tree tree, Root root) {
    PlainStream.Contents contents = PlainStream.Contents.NOTHING;
    Cursors.Points cursor = tree.values(root, TimeRange.MIN, TimeRange.MAX);
    PointChunk chunk = new PointChunk(512);
    while (cursor.next(chunk)) {
      for (int i = 0; i < chunk.size; i++) {
        contents = contents.add(chunk.times[i], Double.doubleToRawLongBits(chunk.values[i]));
      }
    }
    if (contents.count() != root.statistics().count()) {
      throw new AssertionError(
          "the root counts " + root.statistics().count() + " of " + contents.count());
    }
    return contents;
  }
}
