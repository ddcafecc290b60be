package io.btrdb.chaos;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InfoResponse;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.v5.Status;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.client.Point;
import io.btrdb.client.Version;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** One node as a program sees it that was made for BTrDB v5 and knows no other node. */
final class V5Client implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 30;

  private final ManagedChannel channel;

  /** An answer with an error code of the contract. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    Refused(Status stat) {
      super(stat.getCode() + ": " + stat.getMsg());
      code = stat.getCode();
    }

    int code() {
      return code;
    }
  }

  private V5Client(ManagedChannel channel) {
    this.channel = channel;
  }

  static V5Client connect(String endpoint) {
    return new V5Client(
        ManagedChannelBuilder.forTarget(endpoint)
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build());
  }

  ManagedChannel channel() {
    return channel;
  }

  BTrDBGrpc.BTrDBBlockingStub stub() {
    return BTrDBGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  InfoResponse info() {
    return stub().info(InfoParams.getDefaultInstance());
  }

  static InsertParams insert(UUID stream, Point... points) {
    InsertParams.Builder insert = InsertParams.newBuilder().setUuid(UuidBytes.of(stream));
    for (Point point : points) {
      insert.addValues(RawPoint.newBuilder().setTime(point.time()).setValue(point.value()));
    }
    return insert.build();
  }

  /**
   * All points in [start, end) of a version, 0 for the latest.
   *
   * @throws Refused with the code when the node refuses
   */
  Points values(UUID stream, long start, long end, long version) {
    Iterator<RawValuesResponse> answer =
        stub()
            .rawValues(
                RawValuesParams.newBuilder()
                    .setUuid(UuidBytes.of(stream))
                    .setStart(start)
                    .setEnd(end)
                    .setVersionMajor(version)
                    .build());
    List<Point> points = new ArrayList<>();
    Version read = null;
    while (answer.hasNext()) {
      RawValuesResponse chunk = answer.next();
      if (chunk.hasStat()) {
        throw new Refused(chunk.getStat());
      }
      read = new Version(chunk.getVersionMajor(), chunk.getVersionMinor());
      for (RawPoint point : chunk.getValuesList()) {
        points.add(new Point(point.getTime(), point.getValue()));
      }
    }
    return new Points(points, read);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
