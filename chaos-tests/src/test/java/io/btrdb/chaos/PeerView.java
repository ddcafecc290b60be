package io.btrdb.chaos;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.PeerState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a node says to other nodes about itself and its groups. */
final class PeerView {
  private static final long DEADLINE_SECONDS = 5;

  private PeerView() {}

  static HelloResponse ask(String endpoint, String cluster) {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(endpoint).usePlaintext().build();
    try {
      return PeerGrpc.newBlockingStub(channel)
          .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .hello(HelloRequest.newBuilder().setNodeId("test").setClusterName(cluster).build());
    } finally {
      channel.shutdownNow();
    }
  }

  /** Ids of a group's voters: a node's id and its incarnation. */
  static List<String> voters(GroupState group) {
    return group.getMembersList().stream()
        .filter(member -> !member.getListener())
        .map(PeerState::getPeer)
        .toList();
  }
}
