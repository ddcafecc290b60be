package io.btrdb.client;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.CreateResponse;
import io.btrdb.api.v5.ListCollectionsParams;
import io.btrdb.api.v5.ListCollectionsResponse;
import io.btrdb.api.v5.LookupStreamsParams;
import io.btrdb.api.v5.LookupStreamsResponse;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.NearestResponse;
import io.btrdb.api.v5.StatPoint;
import io.btrdb.api.v5.StreamDescriptor;
import io.btrdb.api.v5.StreamInfoParams;
import io.btrdb.api.v5.StreamInfoResponse;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.api.v5.WindowsResponse;
import io.btrdb.api.wire.UuidBytes;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The few v5 calls that tests need, with the generated classes on the server's side. */
final class FakeV5 extends BTrDBGrpc.BTrDBImplBase {
  private final FakeCluster cluster;
  private final FakeNode node;

  /** Answers to create that get lost after the work is done. */
  final AtomicInteger lostAnswers = new AtomicInteger();

  /** Windows sent before a call breaks; -1 never. */
  volatile int breakAfterWindows = -1;

  FakeV5(FakeCluster cluster, FakeNode node) {
    this.cluster = cluster;
    this.node = node;
  }

  private Map<UUID, StreamDescriptor> catalog() {
    return cluster.catalog;
  }

  private static io.btrdb.api.v5.Status status(int code) {
    return io.btrdb.api.v5.Status.newBuilder().setCode(code).setMsg("as scripted").build();
  }

  @Override
  public void create(CreateParams request, StreamObserver<CreateResponse> out) {
    UUID uuid = UuidBytes.parse(request.getUuid()).orElseThrow();
    StreamDescriptor descriptor =
        StreamDescriptor.newBuilder()
            .setUuid(request.getUuid())
            .setCollection(request.getCollection())
            .addAllTags(request.getTagsList())
            .addAllAnnotations(request.getAnnotationsList())
            .setPropertyVersion(1)
            .build();
    boolean fresh = catalog().putIfAbsent(uuid, descriptor) == null;
    if (fresh) {
      cluster.create(uuid);
    }
    if (lostAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      out.onError(Status.UNAVAILABLE.withDescription("torn off").asRuntimeException());
      return;
    }
    CreateResponse.Builder response = CreateResponse.newBuilder();
    out.onNext(fresh ? response.build() : response.setStat(status(417)).build());
    out.onCompleted();
  }

  @Override
  public void streamInfo(StreamInfoParams request, StreamObserver<StreamInfoResponse> out) {
    if (node.frozen) {
      return;
    }
    UUID uuid = UuidBytes.parse(request.getUuid()).orElseThrow();
    StreamInfoResponse.Builder response = StreamInfoResponse.newBuilder();
    synchronized (cluster) {
      Version version = cluster.versions.get(uuid);
      if (version == null) {
        response.setStat(status(404));
      } else {
        response.setVersionMajor(version.major()).setVersionMinor(version.minor());
        StreamDescriptor descriptor = catalog().get(uuid);
        if (descriptor != null) {
          response.setStreamDescriptor(descriptor);
        }
      }
    }
    out.onNext(response.build());
    out.onCompleted();
  }

  @Override
  public void listCollections(
      ListCollectionsParams request, StreamObserver<ListCollectionsResponse> out) {
    catalog().values().stream()
        .map(StreamDescriptor::getCollection)
        .filter(name -> name.startsWith(request.getPrefix()))
        .distinct()
        .sorted()
        .forEach(
            name -> out.onNext(ListCollectionsResponse.newBuilder().addCollections(name).build()));
    out.onCompleted();
  }

  @Override
  public void lookupStreams(
      LookupStreamsParams request, StreamObserver<LookupStreamsResponse> out) {
    LookupStreamsResponse.Builder response = LookupStreamsResponse.newBuilder();
    catalog().values().stream()
        .filter(
            d ->
                request.getIsCollectionPrefix()
                    ? d.getCollection().startsWith(request.getCollection())
                    : d.getCollection().equals(request.getCollection()))
        .filter(d -> d.getTagsList().containsAll(request.getTagsList()))
        .forEach(response::addResults);
    out.onNext(response.build());
    out.onCompleted();
  }

  @Override
  public void nearest(NearestParams request, StreamObserver<NearestResponse> out) {
    UUID uuid = UuidBytes.parse(request.getUuid()).orElseThrow();
    NearestResponse.Builder response = NearestResponse.newBuilder();
    synchronized (cluster) {
      var points = cluster.points.get(uuid);
      Long time =
          request.getBackward()
              ? points.lowerKey(request.getTime())
              : points.ceilingKey(request.getTime());
      if (time == null) {
        response.setStat(status(401));
      } else {
        response.getValueBuilder().setTime(time).setValue(points.get(time).get(0));
      }
    }
    out.onNext(response.build());
    out.onCompleted();
  }

  /** Windows whose count is the index of the window on the whole grid from 0. */
  @Override
  public void windows(WindowsParams request, StreamObserver<WindowsResponse> out) {
    long width = request.getWidth();
    int sent = 0;
    for (long start = request.getStart(); start <= request.getEnd() - width; start += width) {
      if (sent++ == breakAfterWindows) {
        breakAfterWindows = -1;
        out.onError(Status.UNAVAILABLE.withDescription("torn off").asRuntimeException());
        return;
      }
      out.onNext(
          WindowsResponse.newBuilder()
              .setVersionMajor(Math.max(11, request.getVersionMajor()))
              .addValues(StatPoint.newBuilder().setTime(start).setCount(start / width).setMin(-1))
              .build());
    }
    out.onCompleted();
  }
}
