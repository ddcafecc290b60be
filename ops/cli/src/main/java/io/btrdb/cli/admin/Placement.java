package io.btrdb.cli.admin;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.MemberStatus;
import io.btrdb.api.cluster.MoveStatus;
import io.btrdb.api.cluster.NodeStatus;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Questions to a status. */
final class Placement {
  private static final String CATALOG = "catalog";

  private Placement() {}

  /** What users call a group: the number of its shard, or "catalog". */
  static String nameOf(GroupStatus group) {
    return group.getCatalog() ? CATALOG : Integer.toString(group.getShard());
  }

  /** Nodes that belong to the cluster. */
  static List<NodeStatus> nodes(ClusterStatus status) {
    return status.getNodesList().stream().filter(node -> !node.getCard().getGone()).toList();
  }

  static Optional<NodeStatus> node(ClusterStatus status, String name) {
    return nodes(status).stream().filter(n -> n.getCard().getNodeId().equals(name)).findFirst();
  }

  /**
   * The node of a name.
   *
   * @throws CommandFailed when there is none, naming those there are
   */
  static NodeStatus require(ClusterStatus status, String name) {
    return node(status, name)
        .orElseThrow(
            () ->
                new CommandFailed(
                    ExitCode.USAGE, "there is no node '" + name + "', only " + names(status)));
  }

  private static String names(ClusterStatus status) {
    return nodes(status).stream()
        .map(node -> node.getCard().getNodeId())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /**
   * The group of a name.
   *
   * @throws CommandFailed when there is none
   */
  static GroupStatus requireGroup(ClusterStatus status, String name) {
    return status.getGroupsList().stream()
        .filter(group -> nameOf(group).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailed(
                    ExitCode.USAGE,
                    "there is no shard '"
                        + name
                        + "': write a number from 0 to "
                        + (status.getGroupsList().stream().filter(g -> !g.getCatalog()).count() - 1)
                        + ", or catalog"));
  }

  static Optional<MemberStatus> member(GroupStatus group, String node) {
    return group.getMembersList().stream().filter(m -> m.getNodeId().equals(node)).findFirst();
  }

  /** Whether a node has a replica of the group that votes. */
  static boolean votes(GroupStatus group, String node) {
    return member(group, node).filter(member -> !member.getListener()).isPresent();
  }

  /** Replicas that a node has yet, counting also those that wait to be deleted there. */
  static long replicasLeft(ClusterStatus status, String node) {
    long members =
        status.getGroupsList().stream().filter(group -> member(group, node).isPresent()).count();
    return node(status, node)
        .filter(NodeStatus::getReachable)
        .map(n -> Math.max(members, n.getReplicas()))
        .orElse(members);
  }

  /** How far the replicas of a node are behind at most, in entries. */
  static long lagOf(ClusterStatus status, String node) {
    return status.getGroupsList().stream()
        .flatMap(group -> member(group, node).stream())
        .mapToLong(MemberStatus::getLagEntries)
        .max()
        .orElse(0);
  }

  /** How far the replicas of a group are behind at most, in entries. */
  static long lagOf(GroupStatus group) {
    return group.getMembersList().stream().mapToLong(MemberStatus::getLagEntries).max().orElse(0);
  }

  /** What is written to the groups that a node leads, in points a second. */
  static long rateLed(ClusterStatus status, String node) {
    return status.getGroupsList().stream()
        .filter(group -> group.getLeader().equals(node))
        .mapToLong(GroupStatus::getPointsRate)
        .sum();
  }

  /** "shard 5: n1 -> n4". */
  static String pathOf(MoveStatus move) {
    String from = move.getFromNode().isEmpty() ? "a new replica" : move.getFromNode();
    String to = move.getToNode().isEmpty() ? "away" : move.getToNode();
    return move.getName() + ": " + from + " -> " + to;
  }
}
