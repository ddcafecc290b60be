package io.btrdb.client;

import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.ClusterTopology;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OpenSessionRequest;
import io.btrdb.api.cluster.OpenSessionResponse;
import io.btrdb.api.cluster.OutcomeFrame;
import io.btrdb.api.cluster.PointsChunk;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.TopologyRequest;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.PointsCodec;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A node on a loopback port that does what its cluster's script says. */
final class FakeNode extends DataGrpc.DataImplBase {
  final int index;
  final FakeV5 v5;
  final AtomicInteger chunksSent = new AtomicInteger();
  final AtomicInteger readsCancelled = new AtomicInteger();
  private final FakeCluster cluster;
  private final int port;
  private Server server;

  /** Says nothing any more, as a stopped process whose connections stay open. */
  volatile boolean frozen;

  /** Breaks the next Values call after so many chunks; -1 never. */
  volatile int breakAfterChunks = -1;

  volatile int chunkPoints = 65_536;

  /** Calls of Values that this node has got. */
  final List<ValuesRequest> valuesRequests = new CopyOnWriteArrayList<>();

  /** Calls of Topology that this node has got. */
  final AtomicInteger topologyRequests = new AtomicInteger();

  /** Calls of Values that end with 432 before the first chunk. */
  final AtomicInteger damaged = new AtomicInteger();

  FakeNode(FakeCluster cluster, int index) throws Exception {
    this.cluster = cluster;
    this.index = index;
    this.v5 = new FakeV5(cluster, this);
    server = serverAt(0);
    port = server.getPort();
  }

  private Server serverAt(int at) throws Exception {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", at))
        .addService(this)
        .addService(v5)
        .permitKeepAliveTime(1, TimeUnit.SECONDS)
        .build()
        .start();
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  void stop() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
        throw new AssertionError("a fake node did not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void start() throws Exception {
    server = serverAt(port);
  }

  @Override
  public void topology(TopologyRequest request, StreamObserver<ClusterTopology> out) {
    topologyRequests.incrementAndGet();
    if (!frozen) {
      out.onNext(cluster.topology());
      out.onCompleted();
    }
  }

  @Override
  public void openSession(OpenSessionRequest request, StreamObserver<OpenSessionResponse> out) {
    if (frozen) {
      return;
    }
    synchronized (cluster) {
      cluster.sessions.add(new UUID(request.getSessionHigh(), request.getSessionLow()));
    }
    out.onNext(OpenSessionResponse.getDefaultInstance());
    out.onCompleted();
  }

  @Override
  public StreamObserver<SubmitFrame> submit(StreamObserver<OutcomeFrame> out) {
    return new StreamObserver<>() {
      private boolean broken;

      @Override
      public void onNext(SubmitFrame frame) {
        synchronized (cluster) {
          cluster.frames.add(frame.getRequestsCount());
        }
        OutcomeFrame.Builder outcomes = OutcomeFrame.newBuilder();
        for (WriteRequest request : frame.getRequestsList()) {
          if (!broken && !frozen) {
            handle(request, outcomes);
          }
        }
        if (!broken && outcomes.getOutcomesCount() > 0) {
          out.onNext(outcomes.build());
        }
      }

      private void handle(WriteRequest request, OutcomeFrame.Builder outcomes) {
        FakeCluster.Verdict verdict;
        synchronized (cluster) {
          cluster.received.add(request);
          verdict = cluster.script.apply(FakeNode.this, request);
        }
        WriteOutcome.Builder outcome = WriteOutcome.newBuilder().setId(request.getId());
        switch (verdict.fate()) {
          case IGNORE -> {}
          case LOSE_SESSION ->
              outcomes.addOutcomes(outcome.setCode(419).setMessage("gone").setSessionLost(true));
          case BREAK -> breakOff(outcomes);
          case APPLY_AND_BREAK -> {
            WriteOutcome lost = cluster.apply(request).build();
            if (lost.getCode() != 0) {
              throw new AssertionError(lost.toString());
            }
            breakOff(outcomes);
          }
          case APPLY -> outcomes.addOutcomes(answer(verdict, request, outcome));
        }
      }

      private void breakOff(OutcomeFrame.Builder outcomes) {
        broken = true;
        out.onNext(outcomes.build());
        out.onError(Status.UNAVAILABLE.withDescription("torn off").asRuntimeException());
      }

      @Override
      public void onError(Throwable t) {
        broken = true;
      }

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }

  private WriteOutcome.Builder answer(
      FakeCluster.Verdict verdict, WriteRequest request, WriteOutcome.Builder outcome) {
    if (verdict.code() != 0) {
      return outcome
          .setCode(verdict.code())
          .setMessage("as scripted")
          .setUnknown(verdict.unknown())
          .setRetryAfterMillis(verdict.retryAfterMillis());
    }
    if (!cluster.leads(this) && request.getNoForward()) {
      return outcome.setCode(405).setMessage("not the leader").setTopology(cluster.topology());
    }
    return cluster.apply(request);
  }

  @Override
  public void values(ValuesRequest request, StreamObserver<PointsChunk> observer) {
    var out = (ServerCallStreamObserver<PointsChunk>) observer;
    out.setOnCancelHandler(readsCancelled::incrementAndGet);
    valuesRequests.add(request);
    if (damaged.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      out.onNext(PointsChunk.newBuilder().setCode(432).setMessage("damaged").build());
      out.onCompleted();
      return;
    }
    UUID uuid = UuidBytes.parse(request.getUuid()).orElseThrow();
    List<PointsChunk> chunks = chunks(uuid, request);
    int[] next = {0};
    out.setOnReadyHandler(
        () -> {
          while (out.isReady() && !out.isCancelled() && next[0] < chunks.size()) {
            if (next[0] == breakAfterChunks) {
              breakAfterChunks = -1;
              next[0] = Integer.MAX_VALUE;
              out.onError(Status.UNAVAILABLE.withDescription("torn off").asRuntimeException());
              return;
            }
            out.onNext(chunks.get(next[0]++));
            chunksSent.incrementAndGet();
          }
          if (next[0] == chunks.size()) {
            next[0]++;
            out.onCompleted();
          }
        });
  }

  private List<PointsChunk> chunks(UUID uuid, ValuesRequest request) {
    synchronized (cluster) {
      if (!cluster.versions.containsKey(uuid)) {
        return List.of(PointsChunk.newBuilder().setCode(404).setMessage("unknown").build());
      }
      List<Long> times = new ArrayList<>();
      List<Double> values = new ArrayList<>();
      cluster
          .points
          .get(uuid)
          .subMap(request.getStart(), request.getEnd())
          .forEach(
              (time, all) ->
                  all.forEach(
                      value -> {
                        times.add(time);
                        values.add(value);
                      }));
      List<PointsChunk> chunks = new ArrayList<>();
      for (int from = 0; from < Math.max(1, times.size()); from += chunkPoints) {
        int to = Math.min(times.size(), from + chunkPoints);
        chunks.add(chunk(request, uuid, times.subList(from, to), values.subList(from, to)));
      }
      return chunks;
    }
  }

  private PointsChunk chunk(
      ValuesRequest request, UUID uuid, List<Long> times, List<Double> values) {
    Version latest = cluster.versions.get(uuid);
    boolean pinned = request.getVersionMajor() != 0;
    ByteWriter block = new ByteWriter();
    PointsCodec.encode(
        times.stream().mapToLong(Long::longValue).toArray(),
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        0,
        times.size(),
        block);
    return PointsChunk.newBuilder()
        .setVersionMajor(pinned ? request.getVersionMajor() : latest.major())
        .setVersionMinor(pinned ? 0 : latest.minor())
        .setPoints(ByteString.copyFrom(block.toByteArray()))
        .build();
  }
}
