package io.btrdb.node;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.NodeStatus;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.storage.local.DataDirectory;
import java.util.List;

/**
 * The status of a cluster as a node tells it that does not serve yet: of itself alone, and what it
 * waits for. Thread-safe.
 */
final class FormingStatus {
  private final NodeConfig config;
  private final Identity self;
  private final DataDirectory data;

  FormingStatus(NodeConfig config, Identity self, DataDirectory data) {
    this.config = config;
    this.self = self;
    this.data = data;
  }

  /**
   * @param missing what keeps the node from being ready, a sentence each
   */
  ClusterStatus of(List<String> missing) {
    NodeCard card =
        NodeCard.newBuilder()
            .setNodeId(self.node())
            .setIncarnation(self.incarnation())
            .setGrpc(config.self().grpc())
            .setZone(config.zone())
            .setCapacity(config.capacity())
            .setVersion(Version.TEXT)
            .build();
    return ClusterStatus.newBuilder()
        .setClusterName(config.cluster())
        .setAnsweredBy(self.node())
        .setReplication(Math.min(config.replication(), config.members().size()))
        .addNodes(
            NodeStatus.newBuilder()
                .setCard(card)
                .setReachable(true)
                .setReady(missing.isEmpty())
                .setNotReadyReason(String.join("; ", missing))
                .setDiskFreeBytes(data.freeBytes())
                .setDiskTotalBytes(data.totalBytes()))
        .build();
  }
}
