package io.btrdb.node.door;

import io.btrdb.api.wire.ArrowMessage;
import io.btrdb.arrow.ArrowSchema;
import io.btrdb.arrow.ArrowStream;
import io.btrdb.arrow.Column;
import io.btrdb.tree.PointChunk;
import io.btrdb.tree.WindowChunk;

/** Chunks of columns as the Arrow streams that messages carry. */
record ArrowBody(ArrowStream.Chunk chunk) implements ArrowMessage.Body {
  static final ArrowStream POINTS = new ArrowStream(ArrowSchema.POINTS);
  private static final ArrowStream WINDOWS = new ArrowStream(ArrowSchema.WINDOWS);

  static ArrowBody of(ArrowStream form, PointChunk points) {
    return new ArrowBody(
        form.chunk(points.size, new Column.Longs(points.times), new Column.Doubles(points.values)));
  }

  static ArrowBody of(WindowChunk windows) {
    return new ArrowBody(
        WINDOWS.chunk(
            windows.size,
            new Column.Longs(windows.times),
            new Column.Doubles(windows.min),
            new Column.Doubles(windows.mean),
            new Column.Doubles(windows.max),
            new Column.Longs(windows.count),
            new Column.Doubles(windows.stddev)));
  }

  @Override
  public int size() {
    return chunk.size();
  }

  @Override
  public void write(byte[] into, int at) {
    chunk.write(into, at);
  }
}
