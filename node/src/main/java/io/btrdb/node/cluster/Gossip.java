package io.btrdb.node.cluster;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.consensus.GroupId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Greets all other nodes once in a while. From their answers this node learns of nodes it did not
 * know, and who keeps and who leads the groups that have no replica here, or whose replica here is
 * not taken in yet. Thread-safe.
 */
public final class Gossip {
  private static final long ROUND_MILLIS = 500;
  private static final long CALL_TIMEOUT_MILLIS = 2_000;

  private final Identity self;
  private final String clusterName;
  private final String cluster;
  private final NodeDirectory directory;
  private final ClusterView view;
  private final PeerChannels channels;
  private final Supplier<Collection<GroupState>> own;
  private final CompletableFuture<Void> firstRound = new CompletableFuture<>();

  /**
   * @param own what this node's replicas are at the moment
   */
  public Gossip(
      Identity self,
      FoundingRecord founding,
      NodeDirectory directory,
      ClusterView view,
      PeerChannels channels,
      Supplier<Collection<GroupState>> own) {
    this.self = self;
    this.clusterName = founding.form().getClusterName();
    this.cluster = founding.cluster().toString();
    this.directory = directory;
    this.view = view;
    this.channels = channels;
    this.own = own;
  }

  public void start(ScheduledExecutorService timer) {
    timer.scheduleWithFixedDelay(this::round, 0, ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Whether every other node has answered once, or failed to. */
  public boolean hasGoneRound() {
    return firstRound.isDone();
  }

  private void round() {
    own.get().forEach(this::heed);
    HelloRequest request =
        HelloRequest.newBuilder()
            .setNodeId(self.node())
            .setIncarnation(self.incarnation())
            .setClusterName(clusterName)
            .setClusterId(cluster)
            .setCard(directory.own())
            .build();
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (String node : directory.others()) {
      calls.add(
          channels
              .call(node, PeerGrpc.getHelloMethod(), request, CALL_TIMEOUT_MILLIS)
              .thenAccept(answer -> heed(node, answer))
              // A silent node is told by the time since its last answer.
              .exceptionally(failure -> null));
    }
    if (!firstRound.isDone()) {
      CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
          .whenComplete((done, failure) -> firstRound.complete(null));
    }
  }

  private void heed(String node, HelloResponse answer) {
    // Another cluster's node, or another node, may have got the address of one of ours.
    if (answer.getNodeId().equals(node) && answer.getClusterId().equals(cluster)) {
      directory.heard(answer);
      answer.getGroupsList().forEach(this::heed);
    }
  }

  private void heed(GroupState state) {
    GroupId group = new GroupId(UUID.fromString(state.getGroup()));
    if (!state.getLeaderPeer().isEmpty()) {
      view.observe(group, Identity.nodeOf(state.getLeaderPeer()), state.getTerm());
    }
    view.observeMembers(
        group, state.getTerm(), state.getRole().equals("LEADER"), state.getMembersList());
  }
}
