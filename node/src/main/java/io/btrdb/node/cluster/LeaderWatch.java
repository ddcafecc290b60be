package io.btrdb.node.cluster;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.consensus.GroupId;
import io.btrdb.node.config.NodeConfig;
import io.btrdb.node.config.NodeConfig.Member;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks the other nodes once in a while who leads which group: the way to know the leaders of groups
 * that have no replica here, or whose replica here is not taken in yet.
 */
public final class LeaderWatch {
  private static final long ROUND_MILLIS = 500;
  private static final long CALL_TIMEOUT_MILLIS = 2_000;

  private final NodeConfig config;
  private final Identity self;
  private final ClusterView view;
  private final PeerChannels channels;
  private final Map<String, HelloResponse> answers = new ConcurrentHashMap<>();

  public LeaderWatch(NodeConfig config, Identity self, ClusterView view, PeerChannels channels) {
    this.config = config;
    this.self = self;
    this.view = view;
    this.channels = channels;
  }

  public void start(ScheduledExecutorService timer) {
    timer.scheduleWithFixedDelay(this::round, 0, ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void round() {
    HelloRequest request =
        HelloRequest.newBuilder()
            .setNodeId(self.node())
            .setIncarnation(self.incarnation())
            .setClusterName(config.cluster())
            .build();
    for (Member member : config.members()) {
      if (!member.node().equals(self.node())) {
        channels
            .call(member.node(), PeerGrpc.getHelloMethod(), request, CALL_TIMEOUT_MILLIS)
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null) {
                    heed(answer);
                  } else {
                    answers.remove(member.node());
                  }
                });
      }
    }
  }

  private void heed(HelloResponse answer) {
    answers.put(answer.getNodeId(), answer);
    for (GroupState group : answer.getGroupsList()) {
      if (!group.getLeaderPeer().isEmpty()) {
        view.observe(
            new GroupId(UUID.fromString(group.getGroup())),
            Identity.nodeOf(group.getLeaderPeer()),
            group.getTerm());
      }
    }
  }

  /**
   * Whether some other node leads the group and serves, so that this node's replica is not needed.
   */
  public boolean ledElsewhere(GroupId group) {
    return answers.values().stream()
        .flatMap(answer -> answer.getGroupsList().stream())
        .anyMatch(g -> g.getGroup().equals(group.toString()) && g.getReady());
  }
}
