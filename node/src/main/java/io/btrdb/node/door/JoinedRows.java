package io.btrdb.node.door;

import io.btrdb.arrow.Column;
import io.btrdb.tree.PointChunk;
import java.util.List;

/**
 * An outer join on time: a row for each time at which any of the streams has a point, NaN where one
 * has none.
 *
 * <p>Without a period nothing is lost: when a stream has several points at one time, the second of
 * them is in the second row of that time, beside the second of the others, and so on. With a period
 * each point counts for the multiple of it that is nearest, halves going up; of several at one
 * multiple the nearest counts, of equally near ones the last.
 */
final class JoinedRows {
  private final Feed[] feeds;
  private final long start;
  private final long end;
  private final long period;

  final long[] times;
  final double[][] values;
  int size;

  /**
   * @param start of the first row; sources may begin half a period before
   * @param period ns; 0 takes times as they are
   * @param rows at most so many at a time
   */
  JoinedRows(List<PointSource> sources, long start, long end, long period, int rows) {
    this.start = start;
    this.end = end;
    this.period = period;
    this.times = new long[rows];
    this.values = new double[sources.size()][rows];
    this.feeds = sources.stream().map(Feed::new).toArray(Feed[]::new);
  }

  /** How far before {@code start} a point may be and still count for it. */
  static long reach(long period) {
    return period / 2;
  }

  /** Fills the rows from the first on; false when none are left. */
  boolean next() {
    for (size = 0; size < times.length; size++) {
      long time = Long.MAX_VALUE;
      for (Feed feed : feeds) {
        time = Math.min(time, feed.at());
      }
      if (time == Long.MAX_VALUE) {
        break;
      }
      times[size] = time;
      for (int i = 0; i < feeds.length; i++) {
        values[i][size] = feeds[i].at() == time ? feeds[i].take() : Double.NaN;
      }
    }
    return size > 0;
  }

  /** The rows as columns: times, then the values of each stream. */
  Column[] columns() {
    Column[] columns = new Column[1 + values.length];
    columns[0] = new Column.Longs(times);
    for (int i = 0; i < values.length; i++) {
      columns[1 + i] = new Column.Doubles(values[i]);
    }
    return columns;
  }

  /** One stream, at its next point. */
  private final class Feed {
    private final PointSource source;
    private PointChunk chunk = new PointChunk(0);
    private int next;
    private long at;
    private boolean begun;

    Feed(PointSource source) {
      this.source = source;
    }

    /** The row that the next point belongs to, {@link Long#MAX_VALUE} when there is none. */
    long at() {
      if (!begun) {
        begun = true;
        settle();
      }
      return at;
    }

    /** The value for the row that {@link #at} says; moves on to the next row's. */
    double take() {
      double value = chunk.values[next];
      if (period == 0) {
        next++;
        settle();
        return value;
      }
      long row = at;
      long distance = Long.MAX_VALUE;
      while (at == row) {
        long away = Math.abs(chunk.times[next] - row);
        if (away <= distance) {
          distance = away;
          value = chunk.values[next];
        }
        next++;
        settle();
      }
      return value;
    }

    private void settle() {
      while (next < chunk.size || refill()) {
        at = row(chunk.times[next]);
        if (at >= end) {
          break;
        }
        if (at >= start) {
          return;
        }
        next++;
      }
      at = Long.MAX_VALUE;
    }

    private boolean refill() {
      PointChunk more = source.next();
      if (more != null) {
        chunk = more;
        next = 0;
      }
      return more != null;
    }
  }

  private long row(long time) {
    return period == 0 ? time : Math.floorDiv(time + period / 2, period) * period;
  }
}
