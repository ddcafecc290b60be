package io.btrdb.consensus;

import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;

/**
 * Keeps a follower from taking an entry of its own for committed.
 *
 * <p>A request to append says which entry comes before those it brings, and so vouches for
 * everything up to its last one; a follower may commit that far. Where nothing comes before, Ratis
 * (3.3.0, {@code ServerImplUtils.effectiveCommitIndex}) counts from 0 instead of -1, one too many:
 * a heartbeat without entries has the follower commit its entry 0, whoever wrote it. When leaders
 * followed one another while a group was founded, that may be the entry of one who lost. The
 * follower then refuses the true one for ever, since it never gives up what is committed.
 */
final class VouchedCommits implements ServerInterceptor {
  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      @SuppressWarnings("unchecked") // of the same type as the message it stands for
      public void onMessage(Q message) {
        super.onMessage(
            message instanceof AppendEntriesRequestProto append ? (Q) bounded(append) : message);
      }
    };
  }

  /** The same request, with no more committed than it vouches for. */
  static AppendEntriesRequestProto bounded(AppendEntriesRequestProto request) {
    long vouched = request.getEntriesCount() - 1L;
    return request.hasPreviousLog() || request.getLeaderCommit() <= vouched
        ? request
        : request.toBuilder().setLeaderCommit(vouched).build();
  }
}
