package io.btrdb.node.http;

import io.btrdb.api.cluster.ClusterStatus;
import io.btrdb.api.cluster.GroupStatus;
import io.btrdb.api.cluster.MemberStatus;
import io.btrdb.api.cluster.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is wrong with a cluster, in sentences, the worst first: what the console and {@code btrdb
 * cluster status} say above everything else. One cause gives one finding, however many ranges it
 * touches.
 *
 * @param findings empty when there is nothing to say
 */
public record ClusterHealth(List<Finding> findings) {
  /** From harmless to bad. */
  public enum Level {
    GOOD,
    /** Goes on as it should, and somebody may want to know. */
    NOTE,
    /** Everything is served, with less safety or speed than it should be. */
    WARNING,
    /** Something is not served, or soon will not be. */
    CRITICAL
  }

  /** A sentence without a full stop; node ids in it are as they are. */
  public record Finding(Level level, String text) {}

  /** A replica this far behind its leader is one that would cost time to fall back on. */
  public static final long LAGGING_ENTRIES = 1_000;

  private static final double DISK_WARNING = 0.10;
  private static final double DISK_CRITICAL = 0.05;
  private static final int NAMED_GROUPS = 5;

  public ClusterHealth {
    findings = List.copyOf(findings);
  }

  public static ClusterHealth of(ClusterStatus status) {
    Examination examination = new Examination(status);
    examination.groups();
    examination.nodes();
    examination.replicas();
    examination.placement();
    List<Finding> findings = examination.findings;
    // the sort is stable: within a level the order of the checks stays
    findings.sort((a, b) -> b.level().compareTo(a.level()));
    return new ClusterHealth(findings);
  }

  /** Of the worst finding. */
  public Level level() {
    return findings.isEmpty() ? Level.GOOD : findings.getFirst().level();
  }

  /** Whether nothing needs anybody's attention. */
  public boolean isGood() {
    return level().compareTo(Level.WARNING) < 0;
  }

  /** All of it in one line. */
  public String headline() {
    if (isGood()) {
      return "All good";
    }
    long wrong = findings.stream().filter(f -> f.level().compareTo(Level.WARNING) >= 0).count();
    String first = findings.getFirst().text();
    return wrong == 1 ? first : first + ", and " + (wrong - 1) + " more";
  }

  private static final class Examination {
    private final ClusterStatus status;
    private final List<NodeStatus> nodes;
    private final Set<String> silent;
    private final List<Finding> findings = new ArrayList<>();

    Examination(ClusterStatus status) {
      this.status = status;
      this.nodes =
          status.getNodesList().stream().filter(node -> !node.getCard().getGone()).toList();
      this.silent =
          nodes.stream()
              .filter(node -> !node.getReachable())
              .map(node -> node.getCard().getNodeId())
              .collect(Collectors.toSet());
    }

    private void add(Level level, String text) {
      findings.add(new Finding(level, text));
    }

    void groups() {
      String leaderless = named(group -> !group.getCatalog() && group.getLeader().isEmpty());
      if (!leaderless.isEmpty()) {
        add(
            Level.CRITICAL,
            leaderless
                + (leaderless.startsWith("Shards") ? " have" : " has")
                + " no leader: writes and latest reads wait for one");
      }
      if (status.getGroupsList().stream()
          .anyMatch(g -> g.getCatalog() && g.getLeader().isEmpty())) {
        add(Level.CRITICAL, "The catalog has no leader: streams cannot be made or looked up");
      }
      long wanted =
          Math.min(
              status.getReplication(), nodes.stream().filter(node -> !node.getDraining()).count());
      String thin = named(group -> !group.getMembersList().isEmpty() && voters(group) < wanted);
      if (!thin.isEmpty()) {
        add(
            Level.WARNING,
            thin
                + (thin.startsWith("Shards") ? " have" : " has")
                + " fewer than "
                + wanted
                + " replicas");
      }
    }

    private static long voters(GroupStatus group) {
      return group.getMembersList().stream().filter(member -> !member.getListener()).count();
    }

    /** "Shard 3", "Shards 3, 5 and the catalog", "Shards 1, 2, 3, 4, 5 and 11 others", or "". */
    private String named(Predicate<GroupStatus> which) {
      List<String> names = new ArrayList<>();
      for (GroupStatus group : status.getGroupsList()) {
        if (which.test(group)) {
          names.add(group.getCatalog() ? "the catalog" : Integer.toString(group.getShard()));
        }
      }
      if (names.isEmpty()) {
        return "";
      }
      boolean catalogOnly = names.size() == 1 && names.getFirst().equals("the catalog");
      if (names.size() > NAMED_GROUPS) {
        int others = names.size() - NAMED_GROUPS;
        names.subList(NAMED_GROUPS, names.size()).clear();
        names.add(others == 1 ? "1 other" : others + " others");
      }
      String list = sentence(names);
      return catalogOnly ? "The catalog" : (names.size() == 1 ? "Shard " : "Shards ") + list;
    }

    private static String sentence(List<String> words) {
      int last = words.size() - 1;
      return last == 0
          ? words.getFirst()
          : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
    }

    void nodes() {
      for (NodeStatus node : nodes) {
        String name = node.getCard().getNodeId();
        if (!node.getReachable()) {
          add(Level.WARNING, name + silence(node.getSilentMillis()));
        } else if (!node.getReady()) {
          String reason = node.getNotReadyReason();
          add(Level.WARNING, name + " is not ready" + (reason.isEmpty() ? "" : ": " + reason));
        }
        disk(name, node);
        long broken = node.getVerify().getDamaged() - node.getVerify().getRepaired();
        if (broken > 0) {
          add(Level.CRITICAL, name + " has " + broken + " damaged blocks that are not repaired");
        }
        if (node.getDraining()) {
          add(
              Level.NOTE,
              node.getReplicas() == 0
                  ? name + " is drained and holds no replicas"
                  : name + " is being drained: " + node.getReplicas() + " replicas are left");
        }
      }
    }

    private static String silence(long millis) {
      if (millis < 1_000) {
        return " does not answer";
      }
      long seconds = millis / 1_000;
      return " has not answered for " + (seconds < 120 ? seconds + " s" : seconds / 60 + " min");
    }

    private void disk(String name, NodeStatus node) {
      if (node.getDiskTotalBytes() == 0) {
        return;
      }
      double free = (double) node.getDiskFreeBytes() / node.getDiskTotalBytes();
      if (free < DISK_WARNING) {
        add(
            free < DISK_CRITICAL ? Level.CRITICAL : Level.WARNING,
            String.format(Locale.ROOT, "The disk of %s is %.0f %% full", name, 100 * (1 - free)));
      }
    }

    /**
     * Failed and lagging replicas by node. Those of a silent node are its silence once more, and
     * without a leader nobody can say how a replica is.
     */
    void replicas() {
      Map<String, List<MemberStatus>> failed = new TreeMap<>();
      Map<String, List<MemberStatus>> lagging = new TreeMap<>();
      for (GroupStatus group : status.getGroupsList()) {
        if (group.getLeader().isEmpty()) {
          continue;
        }
        for (MemberStatus member : group.getMembersList()) {
          if (silent.contains(member.getNodeId()) || member.getListener()) {
            continue;
          }
          if (!member.getHealthy()) {
            failed.computeIfAbsent(member.getNodeId(), n -> new ArrayList<>()).add(member);
          } else if (member.getLagEntries() >= LAGGING_ENTRIES) {
            lagging.computeIfAbsent(member.getNodeId(), n -> new ArrayList<>()).add(member);
          }
        }
      }
      failed.forEach(
          (node, members) -> {
            String reason = members.getFirst().getReason();
            add(
                Level.WARNING,
                replicasOf(members)
                    + " on "
                    + node
                    + (members.size() == 1 ? " does" : " do")
                    + " not serve"
                    + (reason.isEmpty() ? "" : ": " + reason));
          });
      lagging.forEach(
          (node, members) -> {
            long most = members.stream().mapToLong(MemberStatus::getLagEntries).max().orElse(0);
            String behind = members.size() == 1 ? "is" : "are up to";
            add(
                Level.WARNING,
                String.format(
                    Locale.ROOT,
                    "%s on %s %s %,d entries behind",
                    replicasOf(members),
                    node,
                    behind,
                    most));
          });
    }

    private static String replicasOf(List<MemberStatus> members) {
      return members.size() == 1 ? "1 replica" : members.size() + " replicas";
    }

    void placement() {
      switch (status.getZooKeeper()) {
        case "" -> {} // a node that does not take part in placement yet
        case "connected" -> {
          if (status.getController().isEmpty() && status.getGroupsCount() > 0) {
            add(Level.WARNING, "No controller is elected: replicas are not moved until one is");
          }
        }
        case "refused" ->
            add(
                Level.WARNING,
                "ZooKeeper has another cluster of this name: replicas are not moved until one of"
                    + " them has another name");
        default ->
            add(
                Level.WARNING,
                "ZooKeeper cannot be reached from "
                    + status.getAnsweredBy()
                    + ": reads and writes go on, replicas are not moved until it is back");
      }
      int moves = status.getMovesCount();
      if (moves > 0) {
        add(Level.NOTE, moves == 1 ? "1 replica is on the move" : moves + " replicas are to move");
      }
    }
  }
}
