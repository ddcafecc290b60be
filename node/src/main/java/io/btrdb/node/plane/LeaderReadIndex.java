package io.btrdb.node.plane;

import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.ReadIndexRequest;
import io.btrdb.api.cluster.ReadIndexResponse;
import io.btrdb.consensus.GroupId;
import io.btrdb.node.cluster.ClusterView;
import io.btrdb.node.cluster.PeerChannels;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Read indexes from the nodes that lead, as far as this one knows. Thread-safe. */
final class LeaderReadIndex implements Freshness.IndexSource {
  private final String self;
  private final ClusterView view;
  private final PeerChannels channels;

  LeaderReadIndex(String self, ClusterView view, PeerChannels channels) {
    this.self = self;
    this.view = view;
    this.channels = channels;
  }

  @Override
  public CompletableFuture<Long> readIndex(GroupId group, long timeoutMillis) {
    Optional<String> leader =
        view.leader(group).map(ClusterView.Leader::node).filter(node -> !node.equals(self));
    if (leader.isEmpty()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("no other node is known to lead group " + group));
    }
    ReadIndexRequest request = ReadIndexRequest.newBuilder().setGroup(group.toString()).build();
    try {
      return channels
          .call(leader.get(), PeerGrpc.getReadIndexMethod(), request, timeoutMillis)
          .thenApply(ReadIndexResponse::getIndex);
    } catch (RuntimeException e) {
      // A node that has just been removed has no address any more.
      return CompletableFuture.failedFuture(e);
    }
  }
}
