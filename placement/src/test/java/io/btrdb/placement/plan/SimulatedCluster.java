package io.btrdb.placement.plan;

import io.btrdb.placement.Founding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Groups and nodes without Raft: carries steps out as Raft would, in phases that take a random
 * number of rounds, and checks with formulas of its own that no step was dangerous.
 */
final class SimulatedCluster {
  static final long ROUND_MILLIS = 10_000;

  static final class Node {
    final String zone;
    final int capacity;
    boolean alive = true;
    boolean draining;
    long silentMillis;

    Node(String zone, int capacity) {
      this.zone = zone;
      this.capacity = capacity;
    }
  }

  static final class Group {
    final Set<String> voters = new TreeSet<>();
    final Set<String> listeners = new TreeSet<>();
    final Set<String> behind = new TreeSet<>();
    final long bytes;
    final double rate;
    Optional<String> leader = Optional.empty();
    ReplicaStep underWay;

    Group(long bytes, double rate) {
      this.bytes = bytes;
      this.rate = rate;
    }
  }

  final Random random;
  final int replication;
  final Map<String, Node> nodes = new TreeMap<>();
  final Map<String, Group> groups = new TreeMap<>();
  int moves;
  int transfers;

  /** By how much of it a reading of a rate may be off. */
  double fluctuation;

  /** Of the moves and transfers, those for the sake of load. */
  int loadMoves;

  int loadTransfers;

  SimulatedCluster(Random random, int replication) {
    this.random = random;
    this.replication = replication;
  }

  void addNode(String zone, int capacity) {
    nodes.put("n%02d".formatted(nodes.size() + 1), new Node(zone, capacity));
  }

  /** Founds groups on the nodes there are. */
  void found(int count) {
    List<String> names = List.copyOf(nodes.keySet());
    for (int g = 0; g < count; g++) {
      // Few are large: from 4 KiB to 64 GiB, and from 1 to 262,144 points a second.
      Group group =
          new Group(
              (long) Math.pow(2, 12 + 24 * random.nextDouble()),
              Math.pow(2, 18 * random.nextDouble()));
      group.voters.addAll(Founding.replicas(g, names, replication));
      group.leader = Optional.of(names.get(g % names.size()));
      groups.put("g%03d".formatted(g), group);
    }
  }

  ClusterState state() {
    List<ClusterState.Node> itsNodes = new ArrayList<>();
    nodes.forEach(
        (id, n) ->
            itsNodes.add(
                new ClusterState.Node(id, n.zone, n.capacity, n.silentMillis, n.draining)));
    List<ClusterState.Group> itsGroups = new ArrayList<>();
    List<ReplicaStep> underWay = new ArrayList<>();
    groups.forEach(
        (id, g) -> {
          List<ClusterState.Replica> replicas = new ArrayList<>();
          g.voters.forEach(
              v -> replicas.add(new ClusterState.Replica(v, false, !g.behind.contains(v))));
          g.listeners.forEach(v -> replicas.add(new ClusterState.Replica(v, true, false)));
          itsGroups.add(
              new ClusterState.Group(
                  id, replicas, g.leader.filter(l -> quorum(g)), g.bytes, reading(g.rate)));
          Optional.ofNullable(g.underWay).ifPresent(underWay::add);
        });
    Collections.shuffle(itsNodes, random);
    Collections.shuffle(itsGroups, random);
    return new ClusterState(itsNodes, itsGroups, replication, underWay);
  }

  private long reading(double rate) {
    return Math.round(rate * (1 + fluctuation * (2 * random.nextDouble() - 1)));
  }

  private boolean live(Group group, String voter) {
    return nodes.get(voter).alive && !group.behind.contains(voter);
  }

  private long alive(Group group) {
    return group.voters.stream().filter(v -> live(group, v)).count();
  }

  boolean quorum(Group group) {
    return 2 * alive(group) > group.voters.size();
  }

  /** Whether every group would still have its majority without the node. */
  boolean canLose(String node) {
    return groups.values().stream()
        .allMatch(
            g ->
                2 * g.voters.stream().filter(v -> live(g, v) && !v.equals(node)).count()
                    > g.voters.size());
  }

  // ------------------------------------------------------------------------------------- events

  void kill(String node) {
    nodes.get(node).alive = false;
    nodes.get(node).silentMillis = 1;
  }

  void revive(String node) {
    nodes.get(node).alive = true;
    nodes.get(node).silentMillis = 0;
    groups.values().stream().filter(g -> g.voters.contains(node)).forEach(g -> g.behind.add(node));
  }

  /** Time goes by: silence grows, replicas catch up, leaders are elected, steps advance. */
  void round() {
    nodes.values().stream().filter(n -> !n.alive).forEach(n -> n.silentMillis += ROUND_MILLIS);
    for (Group group : groups.values()) {
      group.behind.removeIf(v -> nodes.get(v).alive && random.nextInt(3) > 0);
      if (group.leader.filter(l -> group.voters.contains(l) && live(group, l)).isEmpty()) {
        List<String> able = group.voters.stream().filter(v -> live(group, v)).toList();
        group.leader =
            quorum(group) && !able.isEmpty()
                ? Optional.of(able.get(random.nextInt(able.size())))
                : Optional.empty();
      }
      if (group.underWay != null && random.nextInt(3) > 0) {
        advance(group);
      }
    }
  }

  private void advance(Group group) {
    ReplicaStep step = group.underWay;
    Optional<String> target = step.target().filter(t -> !group.voters.contains(t));
    if (target.isPresent()) {
      if (!nodes.get(target.get()).alive || !quorum(group)) {
        return;
      }
      if (group.listeners.add(target.get())) {
        return;
      }
    }
    Set<String> after = new TreeSet<>(group.voters);
    step.source().ifPresent(after::remove);
    target.ifPresent(after::add);
    long well = after.stream().filter(v -> target.equals(Optional.of(v)) || live(group, v)).count();
    if (!quorum(group) || 2 * well <= after.size()) {
      return; // Raft would not commit it
    }
    group.voters.clear();
    group.voters.addAll(after);
    target.ifPresent(group.listeners::remove);
    step.source().ifPresent(group.listeners::remove);
    group.behind.retainAll(after);
    group.underWay = null;
  }

  // -------------------------------------------------------------------------------------- plans

  void carryOut(Plan plan, Limits limits) {
    for (ReplicaStep step : plan.abandoned()) {
      groups.get(step.group()).underWay = null;
    }
    boolean forLoad = plan.steps().stream().anyMatch(step -> step.why() == Why.LOAD);
    Evenness before = Evenness.of(this);
    for (Step step : plan.steps()) {
      begin(step);
      require(!forLoad || step.why() == Why.LOAD, "load before something else: " + plan);
    }
    if (forLoad) {
      require(Evenness.of(this).isClearlyBetterThan(before), "worse than before: " + plan);
    }
    long underWay = groups.values().stream().filter(g -> g.underWay != null).count();
    require(underWay <= limits.movesAtOnce(), "too many changes at once: " + underWay);
  }

  private void begin(Step step) {
    Group group = groups.get(step.group());
    require(group.underWay == null, "two changes of one group: " + step);
    require(quorum(group), "a change of a group without a majority: " + step);
    switch (step) {
      case TransferLeader transfer -> {
        require(group.leader.equals(Optional.of(transfer.from())), "not the leader: " + step);
        require(group.voters.contains(transfer.to()), "not a voter: " + step);
        require(live(group, transfer.to()), "not well: " + step);
        group.leader = Optional.of(transfer.to());
        transfers++;
        loadTransfers += step.why() == Why.LOAD ? 1 : 0;
      }
      case ReplicaStep change -> {
        Set<String> after = new TreeSet<>(group.voters);
        change.source().ifPresent(after::remove);
        change.target().ifPresent(t -> require(after.add(t), "there already: " + change));
        change
            .target()
            .map(nodes::get)
            .ifPresent(n -> require(n.alive && !n.draining, "no home: " + change));
        long well =
            after.stream()
                .filter(v -> change.target().equals(Optional.of(v)) || live(group, v))
                .count();
        require(2 * well > after.size(), "leads below a majority: " + change);
        group.underWay = change;
        moves++;
        loadMoves += step.why() == Why.LOAD ? 1 : 0;
      }
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  // ------------------------------------------------------------------------------------ figures

  List<String> usable() {
    return nodes.entrySet().stream()
        .filter(e -> e.getValue().alive && !e.getValue().draining)
        .map(Map.Entry::getKey)
        .toList();
  }

  int held(String node) {
    return (int) groups.values().stream().filter(g -> g.voters.contains(node)).count();
  }

  int led(String node) {
    return (int) groups.values().stream().filter(g -> g.leader.equals(Optional.of(node))).count();
  }

  /** What is written to groups that the node leads. */
  double rateLed(String node) {
    return groups.values().stream()
        .filter(g -> g.leader.equals(Optional.of(node)))
        .mapToDouble(g -> g.rate)
        .sum();
  }

  double bytesHeld(String node) {
    return groups.values().stream()
        .filter(g -> g.voters.contains(node))
        .mapToDouble(g -> g.bytes)
        .sum();
  }

  /** A group's voters when the change under way has ended. */
  static Set<String> votersToBe(Group group) {
    Set<String> voters = new TreeSet<>(group.voters);
    if (group.underWay != null) {
      group.underWay.source().ifPresent(voters::remove);
      group.underWay.target().ifPresent(voters::add);
    }
    return voters;
  }

  String zoneOf(String node) {
    String zone = nodes.get(node).zone;
    return zone.isEmpty() ? "node " + node : zone;
  }

  /** Pairs of voters in one zone. */
  int pairs(Group group) {
    Map<String, Integer> each = new TreeMap<>();
    group.voters.forEach(v -> each.merge(zoneOf(v), 1, Integer::sum));
    return each.values().stream().mapToInt(n -> n * (n - 1) / 2).sum();
  }

  /** The fewest pairs any set of {@code voters} usable nodes can have. */
  int fewestPairs(int voters) {
    Map<String, Integer> room = new TreeMap<>();
    usable().forEach(node -> room.merge(zoneOf(node), 1, Integer::sum));
    Map<String, Integer> taken = new TreeMap<>();
    int pairs = 0;
    for (int i = 0; i < voters; i++) {
      String zone =
          room.keySet().stream()
              .filter(z -> taken.getOrDefault(z, 0) < room.get(z))
              .min((a, b) -> taken.getOrDefault(a, 0) - taken.getOrDefault(b, 0))
              .orElseThrow();
      pairs += taken.getOrDefault(zone, 0);
      taken.merge(zone, 1, Integer::sum);
    }
    return pairs;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    nodes.forEach(
        (id, n) ->
            text.append(
                "%n%s zone '%s' capacity %d %s%s: holds %d, leads %d"
                    .formatted(
                        id,
                        n.zone,
                        n.capacity,
                        n.alive ? "alive" : "dead",
                        n.draining ? " draining" : "",
                        held(id),
                        led(id))));
    groups.forEach(
        (id, g) ->
            text.append("%n%s %s led by %s, %s".formatted(id, g.voters, g.leader, g.underWay)));
    return text.toString();
  }
}
