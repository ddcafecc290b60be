package io.btrdb.placement.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The cluster as it will be when all changes under way have ended, in arrays, and edited while a
 * plan is drawn up. Nodes and groups are numbered in the order of their ids.
 */
final class Layout {
  /** A group; node numbers. */
  static final class Group {
    final String id;
    final long bytes;
    final long pointsRate;

    /** What a replica of it is of the whole cluster's bytes, and the same of its rate: 0 to 2. */
    final double share;

    /** Voters as they will be. */
    final BitSet voters = new BitSet();

    /** Voters as they are. */
    final BitSet votersNow = new BitSet();

    /** Of those, the ones that answer, are healthy and have caught up. */
    final BitSet live = new BitSet();

    /** Listeners that no change under way accounts for. */
    final BitSet strays = new BitSet();

    /** −1 while unknown. */
    int leader = -1;

    /** A change of its members is under way or planned. */
    boolean busy;

    Group(ClusterState.Group group, double allBytes, double allRates) {
      id = group.id();
      bytes = group.bytes();
      pointsRate = group.pointsRate();
      share = (allBytes > 0 ? bytes / allBytes : 0) + (allRates > 0 ? pointsRate / allRates : 0);
    }

    boolean hasQuorum() {
      return live.cardinality() >= majority(votersNow.cardinality());
    }

    /** All voters are well: the time for changes that can wait. */
    boolean isWhole() {
      return live.equals(votersNow) && strays.isEmpty();
    }
  }

  final int replication;
  final String[] nodes;
  final int[] capacity;
  final Group[] groups;

  /** Answer, and are to hold replicas. */
  final BitSet usable = new BitSet();

  final BitSet answering = new BitSet();
  final BitSet draining = new BitSet();

  /** Silent for too long, or removed. */
  final BitSet gone = new BitSet();

  /** Replicas of each node, as they will be. */
  final int[] held;

  /** Their shares. */
  final double[] carried;

  private final int[] zone;
  private final Map<String, Integer> numbers = new HashMap<>();

  Layout(ClusterState state, Limits limits, List<ReplicaStep> underWay) {
    replication = state.replication();
    Map<String, ClusterState.Node> known = new HashMap<>();
    state.nodes().forEach(node -> known.put(node.id(), node));
    TreeSet<String> names = new TreeSet<>(known.keySet());
    state.groups().forEach(g -> g.replicas().forEach(replica -> names.add(replica.node())));
    underWay.forEach(step -> step.target().ifPresent(names::add));
    nodes = names.toArray(String[]::new);
    capacity = new int[nodes.length];
    zone = new int[nodes.length];
    held = new int[nodes.length];
    carried = new double[nodes.length];
    Map<String, Integer> zones = new HashMap<>();
    for (int i = 0; i < nodes.length; i++) {
      numbers.put(nodes[i], i);
      place(i, Optional.ofNullable(known.get(nodes[i])), limits, zones);
    }
    double bytes = state.groups().stream().mapToLong(ClusterState.Group::bytes).sum();
    double rates = state.groups().stream().mapToLong(ClusterState.Group::pointsRate).sum();
    groups =
        state.groups().stream()
            .sorted(Comparator.comparing(ClusterState.Group::id))
            .map(group -> group(group, new Group(group, bytes, rates)))
            .toArray(Group[]::new);
    underWay.forEach(step -> find(step.group()).ifPresent(group -> begin(group, step)));
    for (Group group : groups) {
      count(group, 1);
    }
  }

  private void count(Group group, int times) {
    group.voters.stream()
        .forEach(
            node -> {
              held[node] += times;
              carried[node] += times * group.share;
            });
  }

  private void place(
      int number, Optional<ClusterState.Node> node, Limits limits, Map<String, Integer> zones) {
    // A prefix keeps a zone's name apart from the name of a node that is a zone of its own.
    String name =
        node.map(ClusterState.Node::zone)
            .filter(text -> !text.isEmpty())
            .map(text -> "zone " + text)
            .orElse("node " + nodes[number]);
    zone[number] = zones.computeIfAbsent(name, any -> zones.size());
    capacity[number] = node.map(ClusterState.Node::capacity).orElse(1);
    if (node.isEmpty()) {
      gone.set(number);
      return;
    }
    ClusterState.Node it = node.get();
    answering.set(number, it.answers());
    draining.set(number, it.draining());
    usable.set(number, it.answers() && !it.draining());
    gone.set(
        number,
        limits.replaceAfterMillis() > 0 && it.silentMillis() >= limits.replaceAfterMillis());
  }

  private Group group(ClusterState.Group state, Group group) {
    for (ClusterState.Replica replica : state.replicas()) {
      int node = number(replica.node());
      if (!replica.listener()) {
        group.votersNow.set(node);
        group.live.set(node, replica.current() && answering.get(node));
      } else {
        group.strays.set(node);
      }
    }
    // A listener beside a voter of the same node is that node's new incarnation, which takes the
    // old one's place by itself; once the node is silent it is nothing.
    BitSet returning = (BitSet) group.strays.clone();
    returning.and(group.votersNow);
    group.strays.andNot(returning);
    group.busy = returning.intersects(answering);
    group.voters.or(group.votersNow);
    group.leader = state.leader().map(numbers::get).orElse(-1);
    return group;
  }

  /** Edits the layout as if the step had ended. */
  private void begin(Group group, ReplicaStep step) {
    group.busy = true;
    step.source().map(numbers::get).ifPresent(group.voters::clear);
    step.source().map(numbers::get).ifPresent(group.strays::clear);
    step.target().map(numbers::get).ifPresent(group.voters::set);
    step.target().map(numbers::get).ifPresent(group.strays::clear);
  }

  /** Takes a planned step into account. */
  void plan(Group group, ReplicaStep step) {
    count(group, -1);
    begin(group, step);
    count(group, 1);
  }

  Optional<Group> find(String id) {
    for (Group group : groups) {
      if (group.id.equals(id)) {
        return Optional.of(group);
      }
    }
    return Optional.empty();
  }

  /** −1 for a node that is neither known nor a member of a group. */
  int number(String node) {
    return numbers.getOrDefault(node, -1);
  }

  /** How many pairs of the group's voters would share a zone with {@code node} among them. */
  int sharing(Group group, int node, int without) {
    int pairs = 0;
    for (int other = group.voters.nextSetBit(0);
        other >= 0;
        other = group.voters.nextSetBit(other + 1)) {
      if (other != node && other != without && zone[other] == zone[node]) {
        pairs++;
      }
    }
    return pairs;
  }

  /** By how many pairs in one zone a move changes the group; negative: it spreads better. */
  int spreadChange(Group group, int from, int to) {
    return sharing(group, to, from) - sharing(group, from, from);
  }

  /**
   * The best home for one more replica: zones first, then room, then load; {@code without} is to
   * leave.
   */
  Optional<Integer> home(Group group, int without) {
    List<Integer> candidates = new ArrayList<>();
    usable.stream().filter(node -> !group.voters.get(node)).forEach(candidates::add);
    return candidates.stream()
        .min(
            Comparator.<Integer>comparingInt(node -> sharing(group, node, without))
                // Of homes alike, one that has most of the data already.
                .thenComparing(node -> !group.strays.get(node))
                .thenComparing(
                    (a, b) -> Load.compareNext(held[a], capacity[a], held[b], capacity[b]))
                .thenComparingDouble(node -> carried[node] / capacity[node])
                .thenComparingInt(node -> node));
  }

  // ------------------------------------------------------------------------------------- safety

  static int majority(int voters) {
    return voters / 2 + 1;
  }

  /** Whether a caught-up newcomer may take the vote of {@code from}. */
  boolean mayMove(Group group, int from) {
    int after = group.live.cardinality() + (group.live.get(from) ? 0 : 1);
    return group.hasQuorum() && after >= majority(group.votersNow.cardinality());
  }

  boolean mayAdd(Group group) {
    return group.hasQuorum()
        && group.live.cardinality() + 1 >= majority(group.votersNow.cardinality() + 1);
  }

  boolean mayRemove(Group group, int from) {
    int voters = group.votersNow.cardinality();
    int after = group.live.cardinality() - (group.live.get(from) ? 1 : 0);
    return group.hasQuorum() && voters > 1 && after >= majority(voters - 1);
  }
}
