package io.btrdb.node.door;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.InsertResponse;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.wire.UuidBytes;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A door on loopback before planes in memory, and a channel to it. */
final class TestDoor implements AutoCloseable {
  final InMemoryPlane data = new InMemoryPlane();
  final InMemoryCatalog catalog = new InMemoryCatalog(data);
  final MetricRegistry metrics = new MetricRegistry();
  final List<String> events = new CopyOnWriteArrayList<>();
  final GrpcDoor door;
  final ManagedChannel channel;

  TestDoor(BindableService... services) {
    try {
      door =
          GrpcDoor.open(
              GrpcDoorOptions.of("127.0.0.1", 0, "test"),
              new GrpcDoor.Planes(data, catalog),
              List.of(services),
              new DoorEvents() {
                @Override
                public void unreadable(UUID stream, RuntimeException cause) {
                  events.add("unreadable " + stream);
                }

                @Override
                public void failed(String incident, String method, Throwable cause) {
                  events.add("failed " + method + " " + cause.getMessage());
                }
              },
              metrics);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = NettyChannelBuilder.forTarget(address()).usePlaintext().build();
  }

  String address() {
    return "127.0.0.1:" + door.port();
  }

  BTrDBGrpc.BTrDBBlockingStub v5() {
    return BTrDBGrpc.newBlockingStub(channel);
  }

  DataGrpc.DataStub cluster() {
    return DataGrpc.newStub(channel);
  }

  /** A stream with points at 0, step, 2 step ..., value = index. */
  UUID streamOf(int points, long step) {
    UUID uuid = data.create();
    for (int from = 0; from < points; from += 50_000) {
      insert(uuid, from, Math.min(points, from + 50_000), step);
    }
    return uuid;
  }

  private void insert(UUID uuid, int from, int to, long step) {
    List<RawPoint> points = new ArrayList<>();
    for (int i = from; i < to; i++) {
      points.add(RawPoint.newBuilder().setTime(i * step).setValue(i).build());
    }
    InsertResponse done =
        v5().insert(InsertParams.newBuilder().setUuid(bytes(uuid)).addAllValues(points).build());
    if (done.hasStat()) {
      throw new AssertionError(done.getStat());
    }
  }

  static ByteString bytes(UUID uuid) {
    return UuidBytes.of(uuid);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    door.close();
  }
}
