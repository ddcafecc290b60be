package io.btrdb.node.door;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.security.Guard;
import io.btrdb.node.tls.Dial;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A door on loopback before planes in memory, and a channel to it. */
final class TestDoor implements AutoCloseable {
  /** To other nodes, without TLS and without a secret. */
  static final Dial PLAIN = Dial.plain(MetadataUtils.newAttachHeadersInterceptor(new Metadata()));

  final InMemoryPlane data = new InMemoryPlane();
  final InMemoryCatalog catalog = new InMemoryCatalog(data);
  final MetricRegistry metrics = new MetricRegistry();
  final List<String> events = new CopyOnWriteArrayList<>();
  final GrpcDoor door;
  final ManagedChannel channel;

  TestDoor(BindableService... services) {
    this(Guard.open(), services);
  }

  TestDoor(GrpcDoorOptions options, BindableService... services) {
    this(options, catalog -> Guard.open(), services);
  }

  TestDoor(Guard guard, BindableService... services) {
    this(catalog -> guard, services);
  }

  TestDoor(Function<CatalogPlane, Guard> guards, BindableService... services) {
    this(GrpcDoorOptions.of("127.0.0.1", 0, "test"), guards, services);
  }

  private TestDoor(
      GrpcDoorOptions options, Function<CatalogPlane, Guard> guards, BindableService... services) {
    Guard guard = guards.apply(catalog);
    try {
      door =
          GrpcDoor.open(
              options,
              new GrpcDoor.Planes(data, catalog),
              new GrpcDoor.Access(guard, PLAIN),
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
    return data.streamOf(points, step);
  }

  /** How many calls of a method have ended with a code or a status. */
  long ended(String method, String code) {
    return metrics
        .counter("btrdb_door_requests{method=\"" + method + "\",code=\"" + code + "\"}")
        .getCount();
  }

  long sentBytes(String method) {
    return metrics.counter("btrdb_door_sent_bytes{method=\"" + method + "\"}").getCount();
  }

  /** Lets the server work, a call at a time, until something holds. */
  void until(BooleanSupplier holds) {
    while (!holds.getAsBoolean()) {
      v5().info(InfoParams.getDefaultInstance());
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
