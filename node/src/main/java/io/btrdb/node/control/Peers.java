package io.btrdb.node.control;

import io.btrdb.api.cluster.ChangeRequest;
import io.btrdb.api.cluster.ChangeResponse;
import io.btrdb.api.cluster.DropReplicaResponse;
import io.btrdb.api.cluster.HostReplicaResponse;
import io.btrdb.api.cluster.TransferResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The nodes of the cluster and what the controller may ask of them; this node is one of them. Calls
 * never wait; futures fail when the node does not answer in time.
 */
interface Peers {
  /** All that belong to the cluster, in the order of their ids. */
  List<KnownNode> nodes();

  CompletableFuture<HostReplicaResponse> host(String node, String group);

  CompletableFuture<ChangeResponse> change(String node, ChangeRequest request);

  CompletableFuture<DropReplicaResponse> drop(String node, String group, String peer);

  CompletableFuture<TransferResponse> transfer(String node, String group, String toPeer);

  /** Takes a node off the list of nodes, for good. */
  void remove(String node);
}
