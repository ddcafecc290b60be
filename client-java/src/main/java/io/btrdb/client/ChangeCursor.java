package io.btrdb.client;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.ChangedRange;
import io.btrdb.api.v5.ChangesParams;
import io.btrdb.api.v5.ChangesResponse;
import io.btrdb.api.wire.UuidBytes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
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

  static ChangeCursor open(ClientCore core, UUID uuid, long from, long to, int resolution) {
    return new ChangeCursor(
        new ResumingRead<>(core, uuid, "changes", new Plan(uuid, from, to, resolution)));
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

  /** Not resumed once begun: there is no way to ask for the rest. */
  private record Plan(UUID uuid, long from, long to, int resolution)
      implements ResumingRead.Plan<ChangesResponse> {
    @Override
    public ClientCall<?, ChangesResponse> start(
        Channel channel, CallOptions options, ClientCall.Listener<ChangesResponse> listener) {
      ChangesParams request =
          ChangesParams.newBuilder()
              .setUuid(UuidBytes.of(uuid))
              .setFromMajor(from)
              .setToMajor(to)
              .setResolution(resolution)
              .build();
      return MessageStream.start(
          channel.newCall(BTrDBGrpc.getChangesMethod(), options), listener, request);
    }

    @Override
    public int code(ChangesResponse message) {
      return message.getStat().getCode();
    }

    @Override
    public String message(ChangesResponse message) {
      return message.getStat().getMsg();
    }

    @Override
    public Version version(ChangesResponse message) {
      return new Version(message.getVersionMajor(), message.getVersionMinor());
    }

    @Override
    public boolean isLatest() {
      return true;
    }

    @Override
    public void pin(long sealed) {
      throw new IllegalStateException("changes are not resumed");
    }

    @Override
    public boolean canResume() {
      return false;
    }
  }
}
