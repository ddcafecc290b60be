package io.btrdb.chaos;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.PeerState;
import io.btrdb.api.cluster.TransferRequest;
import io.btrdb.api.cluster.TransferResponse;
import io.btrdb.client.Btrdb;
import io.btrdb.client.BtrdbException;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cluster of processes of this machine as nemeses see it. */
final class ClusterVictims implements Nemesis.Victims {
  private static final long TRANSFER_SECONDS = 5;

  private final ClusterUnderTest cluster;
  private final Btrdb db;

  /**
   * @param db to ask where leaders are
   */
  ClusterVictims(ClusterUnderTest cluster, Btrdb db) {
    this.cluster = cluster;
    this.db = db;
  }

  @Override
  public List<String> nodes() {
    return cluster.nodes();
  }

  @Override
  public List<String> leaders() {
    try {
      return cluster.leaders(db);
    } catch (BtrdbException e) {
      System.out.println("  nobody says who leads: " + e.getMessage());
      return List.of();
    }
  }

  @Override
  public boolean isRunning(String node) {
    return cluster.cluster().isRunning(node);
  }

  @Override
  public long pid(String node) {
    return cluster.cluster().pid(node).orElseThrow();
  }

  @Override
  public void start(String node) {
    cluster.cluster().start(node);
  }

  @Override
  public void transferFrom(String node) {
    try {
      HelloResponse hello = new ReplicaGroups(cluster).hello(node);
      for (GroupState group : hello.getGroupsList()) {
        if (group.getRole().equals("LEADER")) {
          transfer(node, group);
        }
      }
    } catch (StatusRuntimeException e) {
      System.out.println("  no transfer from " + node + ": " + e.getMessage());
    }
  }

  private void transfer(String node, GroupState group) {
    String to =
        group.getMembersList().stream()
            .filter(member -> !member.getListener())
            .map(PeerState::getPeer)
            .filter(peer -> !peer.equals(group.getLeaderPeer()))
            .findFirst()
            .orElseThrow();
    try (V5Client door = V5Client.connect(cluster.cluster().endpoint(node))) {
      TransferResponse response =
          PeerGrpc.newBlockingStub(door.channel())
              .withDeadlineAfter(TRANSFER_SECONDS, TimeUnit.SECONDS)
              .transfer(
                  TransferRequest.newBuilder().setGroup(group.getGroup()).setToPeer(to).build());
      if (!response.getDone()) {
        System.out.println("  no transfer to " + to + ": " + response.getDetail());
      }
    }
  }

  /** Waits until every node has caught up and serves. */
  void awaitAllReady() {
    cluster.nodes().forEach(cluster::awaitReady);
  }
}
