package io.btrdb.node.control;

import io.btrdb.api.cluster.ChangeRequest;
import io.btrdb.api.cluster.ChangeResponse;
import io.btrdb.api.cluster.DropReplicaRequest;
import io.btrdb.api.cluster.DropReplicaResponse;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.HostReplicaRequest;
import io.btrdb.api.cluster.HostReplicaResponse;
import io.btrdb.api.cluster.NodeCard;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.TransferRequest;
import io.btrdb.api.cluster.TransferResponse;
import io.btrdb.node.cluster.NodeDirectory;
import io.btrdb.node.cluster.PeerChannels;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The nodes over gRPC, and what they said in their greetings. Thread-safe. */
final class RemotePeers implements Peers {
  private static final long TRANSFER_TIMEOUT_MILLIS = 10_000;
  private static final long CHANGE_TIMEOUT_MILLIS = 30_000;

  private final NodeDirectory directory;
  private final PeerChannels channels;
  private final Supplier<HelloResponse> own;

  RemotePeers(NodeDirectory directory, PeerChannels channels, Supplier<HelloResponse> own) {
    this.directory = directory;
    this.channels = channels;
    this.own = own;
  }

  @Override
  public List<KnownNode> nodes() {
    String self = directory.own().getNodeId();
    return directory.living().stream().map(card -> node(card, self)).toList();
  }

  private KnownNode node(NodeCard card, String self) {
    return card.getNodeId().equals(self)
        ? new KnownNode(card, Duration.ZERO, Optional.of(own.get()))
        : new KnownNode(
            card, directory.silence(card.getNodeId()), directory.lastHello(card.getNodeId()));
  }

  @Override
  public CompletableFuture<HostReplicaResponse> host(String node, String group) {
    HostReplicaRequest request = HostReplicaRequest.newBuilder().setGroup(group).build();
    return channels.call(node, PeerGrpc.getHostReplicaMethod(), request, CHANGE_TIMEOUT_MILLIS);
  }

  @Override
  public CompletableFuture<ChangeResponse> change(String node, ChangeRequest request) {
    return channels.call(node, PeerGrpc.getChangeMethod(), request, CHANGE_TIMEOUT_MILLIS);
  }

  @Override
  public CompletableFuture<DropReplicaResponse> drop(String node, String group, String peer) {
    DropReplicaRequest request =
        DropReplicaRequest.newBuilder().setGroup(group).setPeer(peer).build();
    return channels.call(node, PeerGrpc.getDropReplicaMethod(), request, CHANGE_TIMEOUT_MILLIS);
  }

  @Override
  public CompletableFuture<TransferResponse> transfer(String node, String group, String toPeer) {
    TransferRequest request =
        TransferRequest.newBuilder().setGroup(group).setToPeer(toPeer).build();
    return channels.call(node, PeerGrpc.getTransferMethod(), request, TRANSFER_TIMEOUT_MILLIS);
  }

  @Override
  public void remove(String node) {
    directory.markGone(node);
  }
}
