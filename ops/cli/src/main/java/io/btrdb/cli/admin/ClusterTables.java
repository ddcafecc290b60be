package io.btrdb.cli.admin;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.MemberStatus;
import io.btrdb.api.cluster.NodeStatus;
import io.btrdb.cli.output.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Nodes and ranges as rows. For people with units; for programs in bytes, points a second and
 * entries.
 */
final class ClusterTables {
  /** Columns of {@link #nodes}. */
  static final String[] NODES = {
    "node",
    "state",
    "zone",
    "replicas",
    "leads",
    "lag",
    "disk used",
    "disk total",
    "data",
    "points rate",
    "rate led",
    "address"
  };

  /** Columns of {@link #ranges}. */
  static final String[] RANGES = {
    "shard", "first slot", "slots", "leader", "term", "replicas", "lag", "data", "points rate"
  };

  private final Rows rows;
  private final boolean forPeople;

  ClusterTables(Rows rows, boolean forPeople) {
    this.rows = rows;
    this.forPeople = forPeople;
  }

  void nodes(ClusterStatus status) {
    for (NodeStatus node : Placement.nodes(status)) {
      String name = node.getCard().getNodeId();
      rows.text(name).text(state(node));
      textOrNone(node.getCard().getZone());
      rows.integer(node.getReplicas()).integer(node.getLeaders());
      rows.integer(Placement.lagOf(status, name));
      long total = node.getDiskTotalBytes();
      long used = total - node.getDiskFreeBytes();
      if (total == 0) {
        rows.none().none();
      } else if (forPeople) {
        rows.text(Amounts.percent(used, total) + " %").text(Amounts.bytes(total));
      } else {
        rows.integer(used).integer(total);
      }
      bytes(node.getDataBytes());
      rate(node.getPointsRate());
      rate(Placement.rateLed(status, name));
      textOrNone(node.getCard().getGrpc());
      rows.end();
    }
  }

  void ranges(ClusterStatus status, Predicate<GroupStatus> which) {
    for (GroupStatus group : status.getGroupsList()) {
      if (!which.test(group)) {
        continue;
      }
      rows.text(Placement.nameOf(group));
      if (group.getCatalog()) {
        rows.none().none();
      } else {
        rows.integer(group.getFirstSlot()).integer(group.getSlotCount());
      }
      textOrNone(group.getLeader());
      rows.integer(group.getTerm()).text(replicas(group)).integer(Placement.lagOf(group));
      bytes(group.getBytes());
      rate(group.getPointsRate());
      rows.end();
    }
  }

  private void textOrNone(String text) {
    if (text.isEmpty()) {
      rows.none();
    } else {
      rows.text(text);
    }
  }

  private void bytes(long bytes) {
    if (forPeople) {
      rows.text(Amounts.bytes(bytes));
    } else {
      rows.integer(bytes);
    }
  }

  private void rate(long perSecond) {
    if (forPeople) {
      rows.text(Amounts.rate(perSecond));
    } else {
      rows.integer(perSecond);
    }
  }

  /** What a node is, in a word or a sentence. */
  static String state(NodeStatus node) {
    if (!node.getReachable()) {
      return "no answer"
          + (node.getSilentMillis() < 1_000 ? "" : " for " + Amounts.span(node.getSilentMillis()));
    }
    String ready =
        node.getReady()
            ? "ready"
            : node.getNotReadyReason().isEmpty() ? "not ready" : node.getNotReadyReason();
    return node.getDraining() ? ready + ", draining" : ready;
  }

  /** Leader first; what is not well in brackets. */
  static String replicas(GroupStatus group) {
    List<String> words = new ArrayList<>();
    for (MemberStatus member : group.getMembersList()) {
      String word = member.getNodeId() + condition(group, member);
      if (member.getNodeId().equals(group.getLeader())) {
        words.addFirst(word);
      } else {
        words.add(word);
      }
    }
    return String.join(" ", words);
  }

  private static String condition(GroupStatus group, MemberStatus member) {
    if (member.getListener()) {
      return "(joining)";
    }
    if (!member.getHealthy()) {
      return "(down)";
    }
    boolean behind =
        member.getLagEntries() >= io.btrdb.node.http.ClusterHealth.LAGGING_ENTRIES
            && !member.getNodeId().equals(group.getLeader());
    return behind ? String.format(Locale.ROOT, "(-%,d)", member.getLagEntries()) : "";
  }
}
