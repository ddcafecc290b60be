package io.btrdb.node;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.AdminReply;
import io.btrdb.api.cluster.BalanceRequest;
import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.DrainRequest;
import io.btrdb.api.cluster.MoveRequest;
import io.btrdb.api.cluster.RemoveNodeRequest;
import io.btrdb.api.cluster.StatusRequest;
import io.btrdb.api.cluster.TransferLeaderRequest;
import io.btrdb.api.cluster.VerifyRequest;
import io.btrdb.node.control.Control;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What operators may ask of a node. Work that may block runs on the executor handed in. */
final class AdminEndpoint extends AdminGrpc.AdminImplBase {
  /** Starts and stops the reading of every block. */
  interface Verification {
    AdminReply ask(VerifyRequest request);

    /** Where there is none. */
    static Verification unavailable() {
      return request ->
          AdminReply.newBuilder()
              .setCode(ErrorCode.NOT_IMPLEMENTED.number())
              .setMessage("verification is not available on this node")
              .build();
    }
  }

  private final Control control;
  private final Verification verification;
  private final Executor workers;

  AdminEndpoint(Control control, Verification verification, Executor workers) {
    this.control = control;
    this.verification = verification;
    this.workers = workers;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<ClusterStatus> reply) {
    Replies.answer(reply, CompletableFuture.supplyAsync(control::status, workers));
  }

  @Override
  public void drain(DrainRequest request, StreamObserver<AdminReply> reply) {
    Replies.answer(reply, control.drain(request));
  }

  @Override
  public void removeNode(RemoveNodeRequest request, StreamObserver<AdminReply> reply) {
    Replies.answer(reply, control.removeNode(request));
  }

  @Override
  public void move(MoveRequest request, StreamObserver<AdminReply> reply) {
    Replies.answer(reply, control.move(request));
  }

  @Override
  public void balance(BalanceRequest request, StreamObserver<AdminReply> reply) {
    Replies.answer(reply, control.balance(request));
  }

  @Override
  public void transferLeader(TransferLeaderRequest request, StreamObserver<AdminReply> reply) {
    Replies.answer(reply, control.transferLeader(request));
  }

  @Override
  public void verify(VerifyRequest request, StreamObserver<AdminReply> reply) {
    Replies.answer(reply, CompletableFuture.supplyAsync(() -> verification.ask(request), workers));
  }
}
