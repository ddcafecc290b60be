package io.btrdb.consensus;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** This server's division of one group, and requests to it. */
final class RatisGroup {
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final RaftGroupId groupId;
  private final RaftPeerId self;

  /** Set when Ratis opens the group. */
  private volatile RaftServer.Division division;

  RatisGroup(GroupId groupId, PeerId self) {
    this.groupId = RatisTypes.groupId(groupId);
    this.self = RatisTypes.peerId(self);
  }

  void opened(RaftServer server) throws IOException {
    division = server.getDivision(groupId);
  }

  RaftServer.Division division() {
    RaftServer.Division opened = division;
    if (opened == null) {
      throw ConsensusException.unavailable(
          ConsensusException.Applied.NO, "the group is not open yet");
    }
    return opened;
  }

  boolean isOpen() {
    return division != null;
  }

  RaftGroupId groupId() {
    return groupId;
  }

  RaftPeerId self() {
    return self;
  }

  ClientId clientId() {
    return clientId;
  }

  long nextCallId() {
    return callIds.incrementAndGet();
  }

  long term() {
    return division().getInfo().getCurrentTerm();
  }

  boolean submittedHere(RaftClientRequest request) {
    return clientId.equals(request.getClientId());
  }

  RaftClientRequest writeRequest(ByteString entry) {
    return request(Message.valueOf(entry), RaftClientRequest.writeRequestType());
  }

  /** A read that asks for nothing: its answer says that the read index has been applied here. */
  RaftClientRequest readRequest() {
    return request(Message.EMPTY, RaftClientRequest.readRequestType(false, false, true));
  }

  private RaftClientRequest request(Message message, RaftClientRequest.Type type) {
    return RaftClientRequest.newBuilder()
        .setClientId(clientId)
        .setServerId(self)
        .setGroupId(groupId)
        .setCallId(nextCallId())
        .setMessage(message)
        .setType(type)
        .build();
  }

  /**
   * In-process submission. Straight to the division rather than through the server, which would hop
   * to another thread for each request and so lose their order.
   */
  CompletableFuture<RaftClientReply> submit(RaftClientRequest request) throws IOException {
    return ((RaftClientAsynchronousProtocol) division()).submitClientRequestAsync(request);
  }

  static Throwable unwrap(Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
