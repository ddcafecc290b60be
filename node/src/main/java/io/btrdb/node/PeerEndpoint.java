package io.btrdb.node;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.api.cluster.CatalogResponse;
import io.btrdb.api.cluster.ChangeRequest;
import io.btrdb.api.cluster.ChangeResponse;
import io.btrdb.api.cluster.ConfirmRequest;
import io.btrdb.api.cluster.ConfirmResponse;
import io.btrdb.api.cluster.DropReplicaRequest;
import io.btrdb.api.cluster.DropReplicaResponse;
import io.btrdb.api.cluster.FetchFileRequest;
import io.btrdb.api.cluster.FetchSegmentRequest;
import io.btrdb.api.cluster.FileChunk;
import io.btrdb.api.cluster.FormRequest;
import io.btrdb.api.cluster.FormResponse;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.HostReplicaRequest;
import io.btrdb.api.cluster.HostReplicaResponse;
import io.btrdb.api.cluster.JoinRequest;
import io.btrdb.api.cluster.JoinResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.ReadIndexRequest;
import io.btrdb.api.cluster.ReadIndexResponse;
import io.btrdb.api.cluster.ReplicaManifestRequest;
import io.btrdb.api.cluster.ReplicaManifestResponse;
import io.btrdb.api.cluster.StreamExistence;
import io.btrdb.api.cluster.TransferRequest;
import io.btrdb.api.cluster.TransferResponse;
import io.btrdb.api.cluster.VerifyStatus;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.Members;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.consensus.Role;
import io.btrdb.node.cluster.Formation;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.cluster.MemberChanges;
import io.btrdb.node.cluster.NodeDirectory;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.node.replica.GroupStates;
import io.btrdb.node.replica.Hosting;
import io.btrdb.node.replica.ReplicaSource;
import io.btrdb.node.replica.Replicas;
import io.btrdb.shard.Operation;
import io.btrdb.storage.local.DataDirectory;
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

    /** What this node's replicas are at the moment. */
    Optional<GroupStates> states();

    DataDirectory data();

    /** How far the scrub is; empty when there was none. */
    Optional<VerifyStatus> verification();

    Optional<Hosting> hosting();

    /** Empty when the node is ready. */
    Optional<String> notReady();

    Optional<Planes> planes();
  }

  private final NodeConfig config;
  private final Identity self;
  private final Formation formation;
  private final Parts parts;
  private final Executor workers;
  private final NodeDirectory directory;
  private final MemberChanges changes = new MemberChanges();

  PeerEndpoint(
      NodeConfig config,
      Identity self,
      NodeDirectory directory,
      Formation formation,
      Parts parts,
      Executor workers) {
    this.config = config;
    this.self = self;
    this.directory = directory;
    this.formation = formation;
    this.parts = parts;
    this.workers = workers;
  }

  @Override
  public void hello(HelloRequest request, StreamObserver<HelloResponse> reply) {
    formation
        .founding()
        .map(founding -> founding.cluster().toString())
        .filter(cluster -> cluster.equals(request.getClusterId()) && request.hasCard())
        .ifPresent(cluster -> directory.merge(List.of(request.getCard())));
    answer(reply, hello());
  }

  /** What this node says of itself. */
  HelloResponse hello() {
    Optional<String> notReady = parts.notReady();
    HelloResponse.Builder hello =
        HelloResponse.newBuilder()
            .setNodeId(self.node())
            .setIncarnation(self.incarnation())
            .setClusterName(config.cluster())
            .setGrpc(config.self().grpc())
            .setHttp(config.self().http())
            .setRaft(config.self().raft())
            .setReady(notReady.isEmpty())
            .setNotReadyReason(notReady.orElse(""))
            .setDiskFreeBytes(parts.data().freeBytes())
            .setDiskTotalBytes(parts.data().totalBytes())
            .addAllNodes(directory.cards());
    formation
        .founding()
        .ifPresent(
            founding ->
                hello.setClusterId(founding.cluster().toString()).setFounding(founding.form()));
    parts.states().ifPresent(states -> hello.addAllGroups(states.all()));
    parts.verification().ifPresent(hello::setVerify);
    return hello.build();
  }

  @Override
  public void form(FormRequest request, StreamObserver<FormResponse> reply) {
    answer(reply, formation.form(request));
  }

  @Override
  public void join(JoinRequest request, StreamObserver<JoinResponse> reply) {
    onGroup(
        request.getGroup(), reply, log -> changes.join(log, request, commands(request.getGroup())));
  }

  @Override
  public void change(ChangeRequest request, StreamObserver<ChangeResponse> reply) {
    onGroup(
        request.getGroup(),
        reply,
        log -> changes.change(log, request, commands(request.getGroup())));
  }

  private MemberChanges.Commands commands(String group) {
    return parts
        .replicas()
        .flatMap(replicas -> replicas.machine(groupId(group)))
        .orElseThrow(() -> notHere(group));
  }

  @Override
  public void confirm(ConfirmRequest request, StreamObserver<ConfirmResponse> reply) {
    onGroup(
        request.getGroup(),
        reply,
        log -> {
          long term = log.role().term();
          Members members = log.confirmMembers().join();
          return ConfirmResponse.newBuilder()
              .setMember(
                  members.find(new PeerId(request.getPeer())).isPresent()
                      || changes.isUnderWay(log.id()))
              .setTerm(term)
              .setEpoch(commands(request.getGroup()).epoch())
              .setLeaderPeer(self.peer().value())
              .build();
        });
  }

  @Override
  public void hostReplica(HostReplicaRequest request, StreamObserver<HostReplicaResponse> reply) {
    onHosting(
        reply,
        hosting -> {
          Optional<String> refused = hosting.host(groupId(request.getGroup()), true);
          return HostReplicaResponse.newBuilder()
              .setAccepted(refused.isEmpty())
              .setReason(refused.orElse(""))
              .setPeer(self.peer().value())
              .setAddress(hosting.address())
              .build();
        });
  }

  @Override
  public void dropReplica(DropReplicaRequest request, StreamObserver<DropReplicaResponse> reply) {
    onHosting(
        reply,
        hosting -> {
          Optional<String> left = drop(hosting, request);
          return DropReplicaResponse.newBuilder()
              .setDone(left.isEmpty())
              .setReason(left.orElse(""))
              .build();
        });
  }

  private static Optional<String> drop(Hosting hosting, DropReplicaRequest request) {
    try {
      return hosting.drop(groupId(request.getGroup()), request.getPeer());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the node is stopping");
    }
  }

  private <R> void onHosting(StreamObserver<R> reply, Function<Hosting, R> serve) {
    Optional<Hosting> hosting = parts.hosting();
    if (hosting.isEmpty()) {
      reply.onError(
          Status.UNAVAILABLE.withDescription("this node is starting").asRuntimeException());
      return;
    }
    work(reply, () -> serve.apply(hosting.get()));
  }

  /** Not on a worker: nothing here waits but for the proof of leadership. */
  @Override
  public void readIndex(ReadIndexRequest request, StreamObserver<ReadIndexResponse> reply) {
    Optional<ReplicatedLog> log =
        parts.replicas().flatMap(replicas -> replicas.log(groupId(request.getGroup())));
    if (log.isEmpty()) {
      reply.onError(notHere(request.getGroup()));
      return;
    }
    answer(
        reply,
        log.get()
            .linearize()
            .thenApply(
                proved ->
                    ReadIndexResponse.newBuilder().setIndex(log.get().applied().index()).build()));
  }

  @Override
  public void transfer(TransferRequest request, StreamObserver<TransferResponse> reply) {
    onGroup(
        request.getGroup(),
        reply,
        log -> {
          PeerId to = new PeerId(request.getToPeer());
          // From its begin until its target has every entry, a transfer keeps writes waiting.
          if (log.role().kind() == Role.Kind.LEADER && !Replicas.isCloseBehind(log, to)) {
            throw new IllegalStateException(
                to + " is not close behind its leader; try again when it is");
          }
          log.transferLeadership(to, TRANSFER_TIMEOUT).join();
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
