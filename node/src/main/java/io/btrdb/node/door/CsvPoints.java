package io.btrdb.node.door;

import io.btrdb.tree.PointChunk;
import java.util.List;

/** Raw points: one column. */
final class CsvPoints implements CsvColumns {
  private final PointSource source;
  private PointChunk chunk;
  private int next;

  CsvPoints(PointSource source) {
    this.source = source;
    this.chunk = source.next();
  }

  @Override
  public long version() {
    return source.major();
  }

  @Override
  public List<String> titles() {
    return List.of("");
  }

  @Override
  public long time() {
    return chunk == null ? Long.MAX_VALUE : chunk.times[next];
  }

  @Override
  public void take(List<String> row) {
    row.add(CsvText.number(chunk.values[next]));
    if (++next == chunk.size) {
      chunk = source.next();
      next = 0;
    }
  }

  @Override
  public void cancel() {
    source.cancel();
  }
}
