package io.btrdb.client;

import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.PointsChunk;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.codec.PointsCodec;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Points in order of time, a chunk of columns at a time.
 *
 * <pre>{@code
 * try (PointCursor c = stream.values(start, end)) {
 *   while (c.next()) {
 *     for (int i = 0; i < c.size(); i++) {
 *       use(c.time(i), c.value(i));
 *     }
 *   }
 * }
 * }</pre>
 *
 * Holds a few chunks in memory, however long the range is: the server waits for the reader. Belongs
 * to one thread at a time.
 */
public final class PointCursor implements AutoCloseable {
  private final ResumingRead<PointsChunk> read;
  private final Plan plan;
  private byte[] block = {};
  private long[] times = {};
  private double[] values = {};
  private int from;
  private int to;

  private PointCursor(ResumingRead<PointsChunk> read, Plan plan) {
    this.read = read;
    this.plan = plan;
  }

  static PointCursor open(ClientCore core, UUID uuid, ReadAt at, long start, long end) {
    Plan plan = new Plan(uuid, start, end);
    return new PointCursor(new ResumingRead<>(core, uuid, "values", at, plan), plan);
  }

  /**
   * Moves to the next chunk, which holds at least one point; false at the end.
   *
   * @throws BtrdbException when the read fails: before the first chunk after retries until the
   *     deadline; later, when it could not be resumed exactly
   */
  public boolean next() {
    while (true) {
      PointsChunk chunk = read.next();
      if (chunk == null) {
        from = 0;
        to = 0;
        return false;
      }
      decode(chunk.getPoints());
      from = plan.skipRepeated(times, to);
      if (from < to) {
        plan.delivered(times, from, to);
        return true;
      }
    }
  }

  private void decode(ByteString points) {
    int length = points.size();
    if (length == 0) {
      to = 0;
      return;
    }
    if (block.length < length) {
      block = new byte[length + length / 4];
    }
    points.copyTo(block, 0);
    try {
      int count = PointsCodec.count(block, 0, length);
      if (times.length < count) {
        times = new long[count];
        values = new double[count];
      }
      to = PointsCodec.decode(block, 0, length, times, values, 0);
    } catch (MalformedBytesException | IndexOutOfBoundsException e) {
      read.close();
      throw read.failure(
          Status.INTERNAL.withDescription("a chunk of points is malformed: " + e.getMessage()), e);
    }
  }

  /** Points in this chunk. */
  public int size() {
    return to - from;
  }

  /** Nanoseconds; {@code i} from 0 to size - 1. */
  public long time(int i) {
    return times[from + i];
  }

  public double value(int i) {
    return values[from + i];
  }

  /** The version that is being read; known after the first {@link #next}, also an empty one. */
  public Version version() {
    return read.version();
  }

  /** All remaining points as objects; for small results. */
  public List<Point> toList() {
    List<Point> points = new ArrayList<>();
    while (next()) {
      for (int i = 0; i < size(); i++) {
        points.add(new Point(time(i), value(i)));
      }
    }
    return points;
  }

  /** Ends the read, also in the middle. */
  @Override
  public void close() {
    read.close();
  }

  /**
   * Resumes at the last time delivered and passes over as many points of that time as were
   * delivered: a version never changes, and its order neither, so nothing is lost or repeated.
   */
  private static final class Plan implements ResumingRead.Plan<PointsChunk> {
    private final UUID uuid;
    private final long end;
    private long start;
    private long deliveredAtStart;
    private long toSkip;

    Plan(UUID uuid, long start, long end) {
      this.uuid = uuid;
      this.start = start;
      this.end = end;
    }

    @Override
    public ClientCall<?, PointsChunk> start(
        ReadAt at,
        Channel channel,
        CallOptions options,
        ClientCall.Listener<PointsChunk> listener) {
      toSkip = deliveredAtStart;
      ValuesRequest request =
          ValuesRequest.newBuilder()
              .setUuid(UuidBytes.of(uuid))
              .setStart(start)
              .setEnd(end)
              .setVersionMajor(at.major())
              .setMaxStalenessMillis(at.stalenessMillis())
              .build();
      return MessageStream.start(
          channel.newCall(DataGrpc.getValuesMethod(), options), listener, new Metadata(), request);
    }

    @Override
    public ResumingRead.Header header(PointsChunk chunk) {
      return new ResumingRead.Header(
          chunk.getCode(),
          chunk.getMessage(),
          new Version(chunk.getVersionMajor(), chunk.getVersionMinor()));
    }

    /** Index of the first point that was not delivered before. */
    int skipRepeated(long[] times, int count) {
      int i = 0;
      while (toSkip > 0 && i < count && times[i] == start) {
        i++;
        toSkip--;
      }
      return i;
    }

    void delivered(long[] times, int from, int to) {
      long last = times[to - 1];
      int run = to;
      while (run > from && times[run - 1] == last) {
        run--;
      }
      boolean sameTime = last == start && run == from;
      deliveredAtStart = (sameTime ? deliveredAtStart : 0) + (to - run);
      start = last;
    }
  }
}
