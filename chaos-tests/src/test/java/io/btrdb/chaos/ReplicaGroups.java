package io.btrdb.chaos;

import io.btrdb.api.cluster.GroupState;
import io.btrdb.api.cluster.HelloRequest;
import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.PeerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The replicated groups of a cluster, as their leaders see them. */
final class ReplicaGroups {
  private static final long DEADLINE_SECONDS = 5;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ClusterUnderTest cluster;

  ReplicaGroups(ClusterUnderTest cluster) {
    this.cluster = cluster;
  }

  /** What a running node says about itself. */
  HelloResponse hello(String node) {
    HelloRequest request =
        HelloRequest.newBuilder()
            .setNodeId("test")
            .setClusterName(cluster.cluster().config(node).cluster())
            .build();
    try (V5Client door = V5Client.connect(cluster.cluster().endpoint(node))) {
      return PeerGrpc.newBlockingStub(door.channel())
          .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .hello(request);
    }
  }

  /** The highest index a node has applied, by group. */
  Map<String, Long> applied(String node) {
    Map<String, Long> applied = new HashMap<>();
    for (GroupState group : hello(node).getGroupsList()) {
      applied.put(group.getGroup(), group.getAppliedIndex());
    }
    return applied;
  }

  /**
   * How an incarnation takes part, in the words of a group's leader, for each group that has one
   * among the nodes asked: "voter", "listener" or "absent".
   */
  List<String> roles(String incarnation, List<String> nodesToAsk) {
    List<String> roles = new ArrayList<>();
    for (String node : nodesToAsk) {
      for (GroupState group : hello(node).getGroupsList()) {
        if (group.getRole().equalsIgnoreCase("leader")) {
          roles.add(role(group, incarnation));
        }
      }
    }
    return roles;
  }

  private static String role(GroupState group, String incarnation) {
    for (PeerState member : group.getMembersList()) {
      if (member.getPeer().contains(incarnation)) {
        return member.getListener() ? "listener" : "voter";
      }
    }
    return "absent";
  }

  /** Whether a listener was seen on the way, once the incarnation votes in all groups. */
  boolean awaitVoter(String incarnation, int groups, Duration limit) throws TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean listened = false;
    while (true) {
      List<String> roles = roles(incarnation, cluster.nodes());
      listened |= roles.contains("listener");
      if (roles.size() == groups && roles.stream().allMatch("voter"::equals)) {
        return listened;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(incarnation + " is " + roles + " after " + limit);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Groups whose replica on a node is not healthy, by the names of their metrics. */
  List<String> dead(String node) {
    List<String> replicas =
        cluster
            .cluster()
            .metrics(node)
            .lines()
            .filter(line -> line.startsWith("btrdb_replica_healthy{"))
            .toList();
    if (replicas.size() < hello(node).getGroupsCount()) {
      throw new IllegalStateException("not all replicas of " + node + " have metrics: " + replicas);
    }
    return replicas.stream().filter(line -> !line.matches(".* 1(\\.0)?")).toList();
  }
}
