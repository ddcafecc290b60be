package io.btrdb.node;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.api.cluster.CatalogResponse;
import io.btrdb.api.cluster.FetchFileRequest;
import io.btrdb.api.cluster.FetchSegmentRequest;
import io.btrdb.api.cluster.FileChunk;
import io.btrdb.api.cluster.FormRequest;
import io.btrdb.api.cluster.FormResponse;
import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.JoinRequest;
import io.btrdb.api.cluster.JoinResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.PeerState;
import io.btrdb.api.cluster.ReplicaManifestRequest;
import io.btrdb.api.cluster.ReplicaManifestResponse;
import io.btrdb.api.cluster.StreamExistence;
import io.btrdb.api.cluster.TransferRequest;
import io.btrdb.api.cluster.TransferResponse;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Members;
import io.btrdb.consensus.Peer;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import io.btrdb.node.cluster.Admission;
import io.btrdb.node.cluster.Formation;
import io.btrdb.node.cluster.FoundingRecord;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.node.replica.ReplicaSource;
import io.btrdb.node.replica.Replicas;
import io.btrdb.shard.Operation;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** What the other nodes may ask of this one. Blocking work runs on the executor handed in. */
final class PeerEndpoint extends PeerGrpc.PeerImplBase {
  private static final Duration TRANSFER_TIMEOUT = Duration.ofSeconds(5);

  /** The parts of a node that come to life one after the other. */
  interface Parts {
    Optional<Replicas> replicas();

    /** Empty when the node is ready. */
    Optional<String> notReady();

    Optional<Planes> planes();
  }

  private final NodeConfig config;
  private final Identity self;
  private final Formation formation;
  private final Parts parts;
  private final Executor workers;
  private final Admission admission = new Admission();

  PeerEndpoint(
      NodeConfig config, Identity self, Formation formation, Parts parts, Executor workers) {
    this.config = config;
    this.self = self;
    this.formation = formation;
    this.parts = parts;
    this.workers = workers;
  }

  @Override
  public void hello(HelloRequest request, StreamObserver<HelloResponse> reply) {
    HelloResponse.Builder hello =
        HelloResponse.newBuilder()
            .setNodeId(self.node())
            .setIncarnation(self.incarnation())
            .setClusterName(config.cluster())
            .setGrpc(config.self().grpc())
            .setHttp(config.self().http())
            .setRaft(config.self().raft());
    Optional<String> notReady = parts.notReady();
    hello.setReady(notReady.isEmpty()).setNotReadyReason(notReady.orElse(""));
    formation
        .founding()
        .ifPresent(
            founding -> {
              hello.setClusterId(founding.cluster().toString());
              hello.setFounding(founding.form());
              parts
                  .replicas()
                  .ifPresent(
                      replicas -> {
                        for (FoundingRecord.Group group : founding.groups()) {
                          replicas
                              .log(group.id())
                              .ifPresent(log -> hello.addGroups(state(group, log)));
                        }
                      });
            });
    answer(reply, hello.build());
  }

  private static GroupState state(FoundingRecord.Group group, ReplicatedLog log) {
    Role role = log.role();
    Members members = log.members();
    GroupState.Builder state =
        GroupState.newBuilder()
            .setGroup(group.id().toString())
            .setCatalog(group.catalog())
            .setShard(group.range().map(range -> range.shard()).orElse(0))
            .setLeaderPeer(role.leader().map(PeerId::value).orElse(""))
            .setTerm(role.term())
            .setRole(role.kind().name())
            .setReady(role.ready())
            .setAppliedIndex(Math.max(0, log.applied().index()));
    for (List<Peer> peers : List.of(members.voters(), members.listeners())) {
      for (Peer peer : peers) {
        state.addMembers(
            PeerState.newBuilder()
                .setPeer(peer.id().value())
                .setAddress(peer.address())
                .setListener(peer.listener()));
      }
    }
    return state.build();
  }

  @Override
  public void form(FormRequest request, StreamObserver<FormResponse> reply) {
    answer(reply, formation.form(request));
  }

  @Override
  public void join(JoinRequest request, StreamObserver<JoinResponse> reply) {
    onGroup(request.getGroup(), reply, log -> admission.join(log, request, harmless(log.id())));
  }

  private byte[] harmless(GroupId group) {
    return parts.replicas().flatMap(replicas -> replicas.machine(group)).orElseThrow().harmless();
  }

  @Override
  public void transfer(TransferRequest request, StreamObserver<TransferResponse> reply) {
    onGroup(
        request.getGroup(),
        reply,
        log -> {
          log.transferLeadership(new PeerId(request.getToPeer()), TRANSFER_TIMEOUT).join();
          return TransferResponse.newBuilder().setDone(true).build();
        });
  }

  @Override
  public void catalogSubmit(CatalogRequest request, StreamObserver<CatalogResponse> reply) {
    answer(reply, catalog(request));
  }

  @Override
  public void catalogRead(CatalogRequest request, StreamObserver<CatalogResponse> reply) {
    answer(reply, catalog(request));
  }

  private CompletableFuture<CatalogResponse> catalog(CatalogRequest request) {
    return parts
        .planes()
        .map(planes -> planes.handle(request))
        .orElseGet(
            () ->
                CompletableFuture.completedFuture(
                    CatalogResponse.newBuilder()
                        .setCode(ErrorCode.CLUSTER_DEGRADED.number())
                        .setMessage("this node is starting")
                        .build()));
  }

  @Override
  public void openStream(StreamExistence request, StreamObserver<WriteOutcome> reply) {
    answer(reply, existence(new Operation.Open(uuid(request))));
  }

  @Override
  public void dropStream(StreamExistence request, StreamObserver<WriteOutcome> reply) {
    answer(reply, existence(new Operation.Drop(uuid(request))));
  }

  private CompletableFuture<WriteOutcome> existence(Operation operation) {
    return parts
        .planes()
        .map(planes -> planes.existence().here(operation))
        .orElseGet(
            () ->
                CompletableFuture.completedFuture(
                    WriteResult.Failed.of(ErrorCode.CLUSTER_DEGRADED, "this node is starting")))
        .thenApply(
            result ->
                switch (result) {
                  case WriteResult.Applied done ->
                      WriteOutcome.newBuilder()
                          .setVersionMajor(done.major())
                          .setVersionMinor(done.minor())
                          .build();
                  case WriteResult.Failed failed ->
                      WriteOutcome.newBuilder()
                          .setCode(failed.code().number())
                          .setMessage(failed.message())
                          .setUnknown(failed.unknown())
                          .build();
                });
  }

  private static UUID uuid(StreamExistence request) {
    ByteBuffer bytes = request.getUuid().asReadOnlyByteBuffer();
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  @Override
  public void replicaManifest(
      ReplicaManifestRequest request, StreamObserver<ReplicaManifestResponse> reply) {
    onSource(request.getGroup(), reply, ReplicaSource::manifest);
  }

  @Override
  public void fetchFile(FetchFileRequest request, StreamObserver<FileChunk> reply) {
    onSource(request.getGroup(), reply, source -> source.file(request));
  }

  @Override
  public void fetchSegment(FetchSegmentRequest request, StreamObserver<FileChunk> reply) {
    onSource(request.getGroup(), reply, source -> source.segment(request));
  }

  private <R> void onSource(
      String group, StreamObserver<R> reply, Function<ReplicaSource, R> serve) {
    Optional<Replicas.Hosted> machine =
        parts.replicas().flatMap(replicas -> replicas.machine(groupId(group)));
    if (machine.isEmpty()) {
      reply.onError(notHere(group));
      return;
    }
    work(reply, () -> serve.apply(machine.get().source()));
  }

  private <R> void onGroup(
      String group, StreamObserver<R> reply, Function<ReplicatedLog, R> serve) {
    Optional<ReplicatedLog> log =
        parts.replicas().flatMap(replicas -> replicas.log(groupId(group)));
    if (log.isEmpty()) {
      reply.onError(notHere(group));
      return;
    }
    work(reply, () -> serve.apply(log.get()));
  }

  private <R> void work(StreamObserver<R> reply, java.util.function.Supplier<R> job) {
    answer(reply, CompletableFuture.supplyAsync(job, workers));
  }

  private static RuntimeException notHere(String group) {
    return Status.NOT_FOUND
        .withDescription("group " + group + " has no replica on this node")
        .asRuntimeException();
  }

  private static GroupId groupId(String text) {
    return new GroupId(UUID.fromString(text));
  }

  private static <R> void answer(StreamObserver<R> reply, R value) {
    reply.onNext(value);
    reply.onCompleted();
  }

  private static <R> void answer(StreamObserver<R> reply, CompletableFuture<R> future) {
    future.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            answer(reply, value);
          } else {
            reply.onError(
                Status.UNAVAILABLE
                    .withDescription(failure.toString())
                    .withCause(failure)
                    .asRuntimeException());
          }
        });
  }
}
