package io.btrdb.client;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.MultiRawValuesParams;
import io.btrdb.api.v5.MultiRawValuesResponse;
import io.btrdb.api.v5.RawPointVec;
import io.btrdb.api.wire.UuidBytes;
import java.util.List;

/**
 * Several streams side by side: a row for each time at which any of them has a point, in order of
 * time, a chunk of rows at a time.
 *
 * <pre>{@code
 * try (JoinedCursor rows = db.join(List.of(voltage, current), start, end)) {
 *   while (rows.next()) {
 *     for (int i = 0; i < rows.size(); i++) {
 *       use(rows.time(i), rows.value(i, 0) * rows.value(i, 1));
 *     }
 *   }
 * }
 * }</pre>
 *
 * Belongs to one thread at a time.
 */
public final class JoinedCursor implements AutoCloseable {
  private final ResumingRead<MultiRawValuesResponse> read;
  private MultiRawValuesResponse message;
  private List<RawPointVec> rows = List.of();

  private JoinedCursor(ResumingRead<MultiRawValuesResponse> read) {
    this.read = read;
  }

  static JoinedCursor open(
      ClientCore core, List<BtrdbStream> streams, long start, long end, long period) {
    MultiRawValuesParams.Builder request =
        MultiRawValuesParams.newBuilder().setStart(start).setEnd(end).setPeriodNs(period);
    streams.forEach(stream -> request.addUuid(UuidBytes.of(stream.uuid())));
    // Not resumed once begun: the latest versions may have moved on.
    var plan =
        new OnePass<>(
            BTrDBGrpc.getMultiRawValuesMethod(), request.build(), MultiRawValuesResponse::getStat);
    return new JoinedCursor(new ResumingRead<>(core, null, "join", ReadAt.LATEST, plan));
  }

  /**
   * Moves to the next chunk, which holds at least one row; false at the end.
   *
   * @throws BtrdbException when the read fails: before the first chunk after retries until the
   *     deadline; later at once
   */
  public boolean next() {
    rows = List.of();
    while (rows.isEmpty()) {
      MultiRawValuesResponse more = read.next();
      if (more == null) {
        return false;
      }
      message = more;
      rows = more.getValuesList();
    }
    return true;
  }

  /** Rows in this chunk. */
  public int size() {
    return rows.size();
  }

  /** Nanoseconds since the epoch; {@code i} from 0 to size - 1. */
  public long time(int i) {
    return rows.get(i).getTime();
  }

  /**
   * The value of one stream in a row; NaN where it has no point.
   *
   * @param stream its place in the list that was given, from 0
   */
  public double value(int i, int stream) {
    return rows.get(i).getValue(stream);
  }

  /** The version of one stream that is read; known after the first {@link #next}, also an empty. */
  public Version version(int stream) {
    if (message == null) {
      throw new IllegalStateException("versions are known after the first next()");
    }
    return new Version(message.getVersionMajor(stream), message.getVersionMinor(stream));
  }

  /** Ends the read, also in the middle. */
  @Override
  public void close() {
    read.close();
  }
}
