package io.btrdb.client;

import java.util.Optional;
import java.util.UUID;

/**
 * A stream at one version, or always at its latest.
 *
 * <p>At an explicit version every call answers the same for ever, any replica may answer, and a
 * scan survives the loss of the node that serves it. At the latest, each call picks the newest
 * version when it starts and stays with it to its end; {@code version()} of its cursor tells which.
 * How new that is, and who may answer, is a matter of {@link Consistency}.
 */
public final class StreamView {
  private final ClientCore core;
  private final UUID uuid;
  private final ReadAt at;

  StreamView(ClientCore core, UUID uuid, ReadAt at) {
    this.core = core;
    this.uuid = uuid;
    this.at = at;
  }

  /** Points in {@code [start, end)}, in order of time; end must be below {@link TimeBounds#MAX}. */
  public PointCursor values(long start, long end) {
    return PointCursor.open(core, uuid, at, start, end);
  }

  /**
   * Statistics of windows {@code [start + i * width, + width)}. A last window that would pass the
   * end is left out; empty windows are returned with count 0, but for an empty last one.
   *
   * @param width nanoseconds, 1 or more
   */
  public WindowCursor windows(long start, long end, long width) {
    return WindowCursor.windows(core, uuid, at, start, end, width);
  }

  /**
   * Statistics of windows of 2^pointWidth ns, aligned to multiples of their width: far cheaper than
   * {@link #windows}. Start and end are rounded down to such multiples; empty windows are left out.
   *
   * @param pointWidth 0 (1 ns) to 63
   */
  public WindowCursor alignedWindows(long start, long end, int pointWidth) {
    return WindowCursor.aligned(core, uuid, at, start, end, pointWidth);
  }

  /** The nearest point at or after, or before, a time; empty when there is none. */
  public Optional<Point> nearest(long time, Direction direction) {
    return core.metadata().nearest(uuid, at, time, direction);
  }

  /** The first point. */
  public Optional<Point> earliest() {
    return nearest(TimeBounds.MIN, Direction.FORWARD);
  }

  /** The last point. */
  public Optional<Point> last() {
    return nearest(TimeBounds.MAX - 1, Direction.BACKWARD);
  }

  /** Time ranges changed after version {@code from}, up to this view's. */
  public ChangeCursor changesSince(long from, int resolution) {
    return ChangeCursor.open(core, uuid, from, at, resolution);
  }

  /** Number of points. Costs one node of the tree, however many there are. */
  public long count() {
    long count = 0;
    try (WindowCursor windows = alignedWindows(TimeBounds.MIN, TimeBounds.MAX, 62)) {
      while (windows.next()) {
        for (int i = 0; i < windows.size(); i++) {
          count += windows.count(i);
        }
      }
    }
    return count;
  }
}
