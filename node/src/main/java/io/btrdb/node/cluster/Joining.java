package io.btrdb.node.cluster;

import io.btrdb.api.cluster.JoinRequest;
import io.btrdb.api.cluster.JoinResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.consensus.GroupId;
import io.btrdb.node.config.NodeConfig;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a new incarnation back into its groups: asks each group's leader again and again until
 * it is a voter. Thread-safe.
 */
public final class Joining {
  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final long ROUND_MILLIS = 500;
  private static final long CALL_TIMEOUT_MILLIS = 60_000;

  private final NodeConfig config;
  private final Identity self;
  private final ClusterView view;
  private final PeerChannels channels;
  private final Set<GroupId> asking = ConcurrentHashMap.newKeySet();
  private final Set<GroupId> missing;
  private final Map<GroupId, String> last = new ConcurrentHashMap<>();

  /** {@code groups} are those this incarnation is to get into. */
  public Joining(
      NodeConfig config,
      Identity self,
      ClusterView view,
      PeerChannels channels,
      Set<GroupId> groups) {
    this.config = config;
    this.self = self;
    this.view = view;
    this.channels = channels;
    this.missing = ConcurrentHashMap.newKeySet();
    missing.addAll(groups);
  }

  public void start(ScheduledExecutorService timer) {
    timer.scheduleWithFixedDelay(this::round, 0, ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void round() {
    for (GroupId group : missing) {
      Optional<String> leader =
          view.leader(group)
              .map(ClusterView.Leader::node)
              .filter(node -> !node.equals(self.node()));
      if (leader.isPresent() && asking.add(group)) {
        ask(group, leader.get());
      }
    }
  }

  private void ask(GroupId group, String leader) {
    JoinRequest request =
        JoinRequest.newBuilder()
            .setGroup(group.toString())
            .setNodeId(self.node())
            .setPeer(self.peer().value())
            .setAddress(config.self().raft())
            .build();
    channels
        .call(leader, PeerGrpc.getJoinMethod(), request, CALL_TIMEOUT_MILLIS)
        .whenComplete(
            (answer, failure) -> {
              String news = failure != null ? failure.getMessage() : heed(group, answer);
              if (!news.equals(last.put(group, news))) {
                LOG.info("joining group {} at {}: {}", group, leader, news);
              }
              asking.remove(group);
            });
  }

  private String heed(GroupId group, JoinResponse answer) {
    if (answer.getState() == JoinResponse.State.VOTER) {
      missing.remove(group);
    }
    return answer.getState() + (answer.getDetail().isEmpty() ? "" : ", " + answer.getDetail());
  }
}
