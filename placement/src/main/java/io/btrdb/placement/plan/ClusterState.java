package io.btrdb.placement.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A cluster as it is: what a plan starts from. The order of the lists does not matter.
 *
 * @param nodes those that belong to the cluster; a node that holds a replica and is not listed has
 *     been removed and will not come back
 * @param groups their real Raft configurations, as their leaders tell them
 * @param replication wanted voters of each group, 1 or more
 * @param underWay changes begun and not finished; at most one a group
 */
public record ClusterState(
    List<Node> nodes, List<Group> groups, int replication, List<ReplicaStep> underWay) {

  /**
   * @param zone failure domain; empty: a zone of its own
   * @param capacity how much it should hold in proportion to others, 1 to 10,000
   * @param silentMillis for how long it has not answered; 0: it answers
   * @param draining it is to hold nothing
   */
  public record Node(String id, String zone, int capacity, long silentMillis, boolean draining) {
    public Node {
      if (capacity < 1 || capacity > 10_000 || silentMillis < 0) {
        throw new IllegalArgumentException(
            "node " + id + ": capacity " + capacity + ", silent for " + silentMillis + " ms");
      }
    }

    public boolean answers() {
      return silentMillis == 0;
    }
  }

  /**
   * @param id the same for its life; ids decide between what is otherwise alike
   * @param leader node that leads it; empty while unknown, and then only its replicas are counted
   * @param bytes about what one replica keeps, 0 or more
   * @param pointsRate points written a second, 0 or more
   */
  public record Group(
      String id, List<Replica> replicas, Optional<String> leader, long bytes, long pointsRate) {
    public Group {
      replicas = List.copyOf(replicas);
      if (bytes < 0 || pointsRate < 0) {
        throw new IllegalArgumentException(
            "group " + id + ": " + bytes + " bytes, " + pointsRate + " points/s");
      }
    }
  }

  /**
   * One member of a group's Raft configuration.
   *
   * @param listener without a vote: on its way in, or left behind by a change that was given up
   * @param current healthy and nearly caught up. Counts only while its node answers
   */
  public record Replica(String node, boolean listener, boolean current) {}

  public ClusterState {
    nodes = List.copyOf(nodes);
    groups = List.copyOf(groups);
    underWay = List.copyOf(underWay);
    if (replication < 1) {
      throw new IllegalArgumentException("replication is " + replication);
    }
    requireDistinct(nodes.stream().map(Node::id).toList(), "node");
    requireDistinct(groups.stream().map(Group::id).toList(), "group");
    requireDistinct(underWay.stream().map(ReplicaStep::group).toList(), "change of group");
  }

  private static void requireDistinct(List<String> names, String what) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("twice the same " + what + ": " + name);
      }
    }
  }
}
