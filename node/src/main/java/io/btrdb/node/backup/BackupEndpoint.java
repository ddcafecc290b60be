package io.btrdb.node.backup;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.BackupGrpc;
import io.btrdb.api.cluster.CheckpointRequest;
import io.btrdb.api.cluster.ReplicaManifestResponse;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.ReplicatedLog;
import io.btrdb.node.replica.Replicas;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Lets a cluster be backed up. Blocking work runs on the executor handed in. */
public final class BackupEndpoint extends BackupGrpc.BackupImplBase {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long WAIT_MILLIS_MAX = 120_000;

  private final Supplier<Optional<Replicas>> replicas;
  private final Executor workers;

  /**
   * @param replicas empty while the node is starting
   */
  public BackupEndpoint(Supplier<Optional<Replicas>> replicas, Executor workers) {
    this.replicas = replicas;
    this.workers = workers;
  }

  @Override
  public void checkpoint(CheckpointRequest request, StreamObserver<ReplicaManifestResponse> reply) {
    work(request.getGroup(), reply, group -> checkpoint(group, request));
  }

  private ReplicaManifestResponse checkpoint(GroupId group, CheckpointRequest request) {
    ReplicatedLog log = log(group);
    long deadline =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(Math.min(WAIT_MILLIS_MAX, request.getWaitMillis()));
    while (log.applied().index() < request.getIndex()) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        return refused(
            "this replica has applied " + log.applied().index() + " of " + request.getIndex());
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    if (log.checkpointed().index() < request.getIndex()) {
      log.checkpointNow().join();
    }
    if (log.checkpointed().index() < request.getIndex()) {
      return refused("the checkpoint came to lie at " + log.checkpointed().index());
    }
    return replicas
        .get()
        .flatMap(hosting -> hosting.machine(group))
        .map(machine -> machine.source().wholeManifest())
        .orElseGet(() -> refused("the replica has just gone"));
  }

  private static ReplicaManifestResponse refused(String why) {
    return ReplicaManifestResponse.newBuilder()
        .setCode(ErrorCode.CLUSTER_DEGRADED.number())
        .setMessage(why)
        .build();
  }

  private ReplicatedLog log(GroupId group) {
    return replicas
        .get()
        .flatMap(hosting -> hosting.log(group))
        .orElseThrow(
            () ->
                Status.NOT_FOUND
                    .withDescription("group " + group + " has no replica on this node")
                    .asRuntimeException());
  }

  private interface Job<R> {
    R run(GroupId group);
  }

  private <R> void work(String group, StreamObserver<R> reply, Job<R> job) {
    workers.execute(
        () -> {
          R answer;
          try {
            answer = job.run(new GroupId(UUID.fromString(group)));
          } catch (RuntimeException e) {
            reply.onError(failure(e));
            return;
          }
          reply.onNext(answer);
          reply.onCompleted();
        });
  }

  private static Throwable failure(RuntimeException e) {
    return e instanceof io.grpc.StatusRuntimeException
        ? e
        : Status.UNAVAILABLE.withDescription(e.toString()).withCause(e).asRuntimeException();
  }
}
