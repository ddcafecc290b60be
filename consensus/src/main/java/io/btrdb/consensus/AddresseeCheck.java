package io.btrdb.consensus;

import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Refuses what is meant for another peer. A node that comes back under a new incarnation listens on
 * the address of the old one, to which the others still send until they have let it go; Ratis does
 * not look at the addressee, so that the newcomer would vote, and acknowledge entries, in the name
 * of a peer whose log and votes are lost.
 */
final class AddresseeCheck implements ServerInterceptor {
  private final ByteString self;
  private final Consumer<RaftPeerId> onHeard;

  /**
   * @param onHeard told who has sent what is meant for this peer, at the beginning of each call;
   *     must not wait
   */
  AddresseeCheck(PeerId self, Consumer<RaftPeerId> onHeard) {
    this.self = RatisTypes.peerId(self).toByteString();
    this.onHeard = onHeard;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean heard;
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        RaftRpcRequestProto request = request(message);
        if (request == null || request.getReplyId().equals(self)) {
          if (!refused) {
            super.onMessage(message);
          }
          if (request != null && !heard) {
            heard = true;
            onHeard.accept(RaftPeerId.valueOf(request.getRequestorId()));
          }
        } else if (!refused) {
          refused = true;
          call.close(
              Status.FAILED_PRECONDITION.withDescription(
                  "meant for "
                      + request.getReplyId().toStringUtf8()
                      + ", but this is "
                      + self.toStringUtf8()),
              new Metadata());
          super.onCancel();
        }
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }

      @Override
      public void onCancel() {
        if (!refused) {
          super.onCancel();
        }
      }

      @Override
      public void onComplete() {
        if (!refused) {
          super.onComplete();
        }
      }
    };
  }

  /** Null for what clients and administrators send. */
  private static RaftRpcRequestProto request(Object message) {
    if (message instanceof AppendEntriesRequestProto append) {
      return append.getServerRequest();
    }
    if (message instanceof RequestVoteRequestProto vote) {
      return vote.getServerRequest();
    }
    if (message instanceof InstallSnapshotRequestProto install) {
      return install.getServerRequest();
    }
    if (message instanceof ReadIndexRequestProto read) {
      return read.getServerRequest();
    }
    if (message instanceof StartLeaderElectionRequestProto start) {
      return start.getServerRequest();
    }
    return null;
  }
}
