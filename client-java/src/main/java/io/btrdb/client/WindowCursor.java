package io.btrdb.client;

import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.api.wire.HotMethods;
import io.btrdb.api.wire.StatPointColumns;
import io.btrdb.api.wire.StatPointsMessage;
import io.btrdb.api.wire.UuidBytes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import java.util.UUID;

/**
 * Statistics of windows in order of time, a chunk of columns at a time.
 *
 * <pre>{@code
 * try (WindowCursor c = stream.alignedWindows(start, end, 30)) {
 *   while (c.next()) {
 *     for (int i = 0; i < c.size(); i++) {
 *       use(c.start(i), c.min(i), c.mean(i), c.max(i), c.count(i));
 *     }
 *   }
 * }
 * }</pre>
 *
 * Belongs to one thread at a time.
 */
public final class WindowCursor implements AutoCloseable {
  private final ResumingRead<StatPointsMessage> read;
  private final Plan plan;
  private StatPointColumns columns = StatPointColumns.ofCapacity(0);
  private int size;

  private WindowCursor(ResumingRead<StatPointsMessage> read, Plan plan) {
    this.read = read;
    this.plan = plan;
  }

  static WindowCursor windows(
      ClientCore core, UUID uuid, ReadAt at, long start, long end, long width) {
    Plan plan = new Plan(uuid, start, end, width, false);
    return new WindowCursor(new ResumingRead<>(core, uuid, "windows", at, plan), plan);
  }

  static WindowCursor aligned(
      ClientCore core, UUID uuid, ReadAt at, long start, long end, int pointWidth) {
    Plan plan = new Plan(uuid, start, end, pointWidth, true);
    return new WindowCursor(new ResumingRead<>(core, uuid, "alignedWindows", at, plan), plan);
  }

  /**
   * Moves to the next chunk, which holds at least one window; false at the end.
   *
   * @throws BtrdbException when the read fails: before the first chunk after retries until the
   *     deadline; later, when it could not be resumed exactly
   */
  public boolean next() {
    size = 0;
    while (size == 0) {
      StatPointsMessage message = plan.isComplete() ? null : read.next();
      if (message == null) {
        read.close();
        return false;
      }
      columns = message.columns();
      size = message.size();
    }
    plan.delivered(columns.starts()[size - 1]);
    return true;
  }

  /** Windows in this chunk. */
  public int size() {
    return size;
  }

  /** First nanosecond of the window; {@code i} from 0 to size - 1. */
  public long start(int i) {
    return columns.starts()[i];
  }

  public double min(int i) {
    return columns.min()[i];
  }

  public double mean(int i) {
    return columns.mean()[i];
  }

  public double max(int i) {
    return columns.max()[i];
  }

  /** Number of points in the window; with 0 the statistics are 0 too. */
  public long count(int i) {
    return columns.counts()[i];
  }

  /** Standard deviation of the population. */
  public double stddev(int i) {
    return columns.stddev()[i];
  }

  /** The version that is being read; known after the first {@link #next}, also an empty one. */
  public Version version() {
    return read.version();
  }

  /** Ends the read, also in the middle. */
  @Override
  public void close() {
    read.close();
  }

  /** Resumes at the window behind the last one delivered, which lies on the same grid. */
  private static final class Plan implements ResumingRead.Plan<StatPointsMessage> {
    private final UUID uuid;
    private final long end;
    private final long width;
    private final boolean aligned;
    private long start;
    private boolean resumed;

    /**
     * @param width nanoseconds, or the exponent of aligned windows
     */
    Plan(UUID uuid, long start, long end, long width, boolean aligned) {
      this.uuid = uuid;
      this.start = start;
      this.end = end;
      this.width = width;
      this.aligned = aligned;
    }

    @Override
    public ClientCall<?, StatPointsMessage> start(
        ReadAt at,
        Channel channel,
        CallOptions options,
        ClientCall.Listener<StatPointsMessage> listener) {
      if (aligned) {
        AlignedWindowsParams request =
            AlignedWindowsParams.newBuilder()
                .setUuid(UuidBytes.of(uuid))
                .setStart(start)
                .setEnd(end)
                .setVersionMajor(at.major())
                .setPointWidth((int) width)
                .build();
        return MessageStream.start(
            channel.newCall(HotMethods.alignedWindows(), options), listener, at.headers(), request);
      }
      WindowsParams request =
          WindowsParams.newBuilder()
              .setUuid(UuidBytes.of(uuid))
              .setStart(start)
              .setEnd(end)
              .setVersionMajor(at.major())
              .setWidth(width)
              .build();
      return MessageStream.start(
          channel.newCall(HotMethods.windows(), options), listener, at.headers(), request);
    }

    @Override
    public ResumingRead.Header header(StatPointsMessage message) {
      return new ResumingRead.Header(
          message.status().map(status -> status.getCode()).orElse(0),
          message.status().map(status -> status.getMsg()).orElse(""),
          new Version(message.versionMajor(), message.versionMinor()));
    }

    void delivered(long lastStart) {
      long step = step();
      start = lastStart > Long.MAX_VALUE - step ? Long.MAX_VALUE : lastStart + step;
      resumed = true;
    }

    /** Whether no further window can fit: asking for an empty range would be an error. */
    boolean isComplete() {
      return resumed && start > end - step();
    }

    /** Nanoseconds from one window to the next; a single aligned window spans everything. */
    private long step() {
      if (!aligned) {
        return width;
      }
      return width < 62 ? 1L << width : Long.MAX_VALUE;
    }
  }
}
