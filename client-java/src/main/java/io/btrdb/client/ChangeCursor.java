package io.btrdb.client;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.ChangedRange;
import io.btrdb.api.v5.ChangesParams;
import io.btrdb.api.v5.ChangesResponse;
import io.btrdb.api.wire.UuidBytes;
import java.util.List;
import java.util.UUID;

/**
 * Changed time ranges in order of time, a chunk at a time. Used like {@link PointCursor}; belongs
 * to one thread at a time.
 */
public final class ChangeCursor implements AutoCloseable {
  private final ResumingRead<ChangesResponse> read;
  private List<ChangedRange> ranges = List.of();

  private ChangeCursor(ResumingRead<ChangesResponse> read) {
    this.read = read;
  }

  static ChangeCursor open(ClientCore core, UUID uuid, long from, ReadAt to, int resolution) {
    ChangesParams request =
        ChangesParams.newBuilder()
            .setUuid(UuidBytes.of(uuid))
            .setFromMajor(from)
            .setToMajor(to.major())
            .setResolution(resolution)
            .build();
    var plan =
        new OnePass<>(
            BTrDBGrpc.getChangesMethod(),
            request,
            ChangesResponse::getStat,
            message -> new Version(message.getVersionMajor(), message.getVersionMinor()));
    return new ChangeCursor(new ResumingRead<>(core, uuid, "changes", to, plan));
  }

  /** Moves to the next chunk, which holds at least one range; false at the end. */
  public boolean next() {
    ranges = List.of();
    while (ranges.isEmpty()) {
      ChangesResponse message = read.next();
      if (message == null) {
        return false;
      }
      ranges = message.getRangesList();
    }
    return true;
  }

  /** Ranges in this chunk. */
  public int size() {
    return ranges.size();
  }

  /** First nanosecond of the range; {@code i} from 0 to size - 1. */
  public long start(int i) {
    return ranges.get(i).getStart();
  }

  /** The nanosecond after the range's last. */
  public long end(int i) {
    return ranges.get(i).getEnd();
  }

  /** The version up to which changes are told; known after the first {@link #next}. */
  public Version version() {
    return read.version();
  }

  /** Ends the read, also in the middle. */
  @Override
  public void close() {
    read.close();
  }
}
