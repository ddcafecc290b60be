package io.btrdb.placement.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.placement.plan.Limits.Balance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Random clusters. More rounds with {@code -Dbtrdb.planner.clusters=100000}, one of them again with
 * {@code -Dbtrdb.planner.seed=...}.
 */
class PlannerPropertiesTest {
  private static final int CLUSTERS = Integer.getInteger("btrdb.planner.clusters", 600);
  private static final int ROUNDS_MAX = 4_000;

  @Test
  void shouldEndBalancedFromAnyLayoutThroughAnyFaults() {
    forEachSeed(
        random -> {
          SimulatedCluster cluster = cluster(random);
          Limits limits = limits(random);
          trouble(cluster, limits, random);
          settle(cluster, limits);
          assertWhole(cluster);
        });
  }

  @Test
  void shouldNeverEndangerAGroupWhateverDies() {
    forEachSeed(
        random -> {
          SimulatedCluster cluster = cluster(random);
          Limits limits = limits(random);
          for (int round = 0; round < 60; round++) {
            cluster.nodes.forEach(
                (id, node) -> {
                  if (random.nextInt(12) == 0) {
                    if (node.alive) {
                      cluster.kill(id);
                    } else {
                      cluster.revive(id);
                    }
                  }
                });
            step(cluster, limits);
          }
        });
  }

  @Test
  void shouldMoveHardlyMoreThanNeededWhenNodesCome() {
    long[] sums = new long[2];
    forEachSeed(
        random -> {
          int nodes = 3 + random.nextInt(6);
          int more = 1 + random.nextInt(4);
          SimulatedCluster cluster = new SimulatedCluster(random, 3);
          for (int i = 0; i < nodes; i++) {
            cluster.addNode("", 100);
          }
          cluster.found(1 + random.nextInt(40));
          Map<String, Integer> before = new TreeMap<>();
          cluster.nodes.keySet().forEach(node -> before.put(node, cluster.held(node)));
          for (int i = 0; i < more; i++) {
            cluster.addNode("", 100);
          }
          settle(cluster, limits(random).balancing(Balance.COUNTS));
          int needed = 0;
          for (String node : cluster.nodes.keySet()) {
            needed += Math.max(0, cluster.held(node) - before.getOrDefault(node, 0));
          }
          sums[0] += needed;
          sums[1] += cluster.moves;
          assertTrue(
              cluster.moves <= needed + 2,
              cluster.moves + " moves where " + needed + " would do" + cluster);
        });
    System.out.printf("%d moves where %d would do%n", sums[1], sums[0]);
  }

  @Test
  void shouldEvenOutLoadsAndSayHowFar() {
    double[] sums = new double[6];
    forEachSeed(
        random -> {
          SimulatedCluster cluster = new SimulatedCluster(random, 3);
          for (int i = 3 + random.nextInt(6); i > 0; i--) {
            cluster.addNode("", 100);
          }
          cluster.found(8 + random.nextInt(57));
          Limits limits = new Limits(60_000, 30_000, 2, 2, Balance.COUNTS);
          settle(cluster, limits);
          sums[0] += fullest(cluster, cluster::rateLed, g -> g.rate);
          sums[1] += fullest(cluster, cluster::bytesHeld, g -> g.bytes);
          settle(cluster, limits.balancing(Balance.LOADS));
          sums[2] += fullest(cluster, cluster::rateLed, g -> g.rate);
          sums[3] += fullest(cluster, cluster::bytesHeld, g -> g.bytes);
          sums[4] += cluster.loadTransfers;
          sums[5] += cluster.loadMoves;
          assertWhole(cluster);
          assertLoadsEven(cluster);
        });
    System.out.printf(
        "of what it must at least, the fullest node leads %.2f times the rate (%.2f by counts alone)"
            + " and keeps %.2f times the bytes (%.2f), after %.1f transfers and %.1f moves%n",
        sums[2] / CLUSTERS,
        sums[0] / CLUSTERS,
        sums[3] / CLUSTERS,
        sums[1] / CLUSTERS,
        sums[4] / CLUSTERS,
        sums[5] / CLUSTERS);
    assertTrue(sums[2] < sums[0] && sums[3] < sums[1], "no more even than by counts");
  }

  /** That each exchange truly helps is seen to by the cluster. */
  @Test
  void shouldNotGoToAndFroWhenRatesFluctuateByAFifth() {
    int[] sums = new int[2];
    forEachSeed(
        random -> {
          SimulatedCluster cluster = cluster(random);
          Limits limits = limits(random);
          settle(cluster, limits);
          sums[0] -= cluster.loadMoves;
          sums[1] -= cluster.loadTransfers;
          cluster.fluctuation = 0.2;
          for (int round = 0; round < 100; round++) {
            step(cluster, limits);
          }
          sums[0] += cluster.loadMoves;
          sums[1] += cluster.loadTransfers;
        });
    System.out.printf(
        "100 rounds of noise caused %d moves and %d transfers in %d clusters%n",
        sums[0], sums[1], CLUSTERS);
    assertTrue(sums[0] + sums[1] <= CLUSTERS, "noise causes moves");
  }

  @Test
  void shouldGiveTheSamePlanWhateverTheOrderOfTheState() {
    forEachSeed(
        random -> {
          SimulatedCluster cluster = cluster(random);
          Limits limits = limits(random);
          for (int round = 0; round < 5; round++) {
            Plan plan = Planner.plan(cluster.state(), limits);
            ClusterState state = cluster.state();
            assertEquals(plan, Planner.plan(state, limits));
            List<ClusterState.Node> nodes = new ArrayList<>(state.nodes());
            Collections.reverse(nodes);
            ClusterState reversed =
                new ClusterState(nodes, state.groups(), state.replication(), state.underWay());
            assertEquals(plan, Planner.plan(reversed, limits));
            cluster.carryOut(plan, limits);
            cluster.round();
          }
        });
  }

  // ----------------------------------------------------------------------------------- clusters

  private static void forEachSeed(Consumer<Random> property) {
    Long one = Long.getLong("btrdb.planner.seed");
    for (long seed = one == null ? 0 : one; seed < (one == null ? CLUSTERS : one + 1); seed++) {
      try {
        property.accept(new Random(seed * 0x9E3779B97F4A7C15L));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("btrdb.planner.seed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static SimulatedCluster cluster(Random random) {
    int[] replications = {1, 2, 3, 3, 3, 3, 5};
    SimulatedCluster cluster =
        new SimulatedCluster(random, replications[random.nextInt(replications.length)]);
    int zones = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0;
    boolean equal = random.nextInt(3) > 0;
    int nodes = 1 + random.nextInt(8);
    int founders = 1 + random.nextInt(nodes);
    for (int i = 0; i < nodes; i++) {
      if (i == founders) {
        cluster.found(1 + random.nextInt(20));
      }
      cluster.addNode(
          zones == 0 ? "" : "z" + random.nextInt(zones), equal ? 100 : 20 + random.nextInt(400));
    }
    if (cluster.groups.isEmpty()) {
      cluster.found(1 + random.nextInt(20));
    }
    return cluster;
  }

  private static Limits limits(Random random) {
    return new Limits(60_000, 30_000, 1 + random.nextInt(4), 1 + random.nextInt(3), Balance.LOADS);
  }

  private static void trouble(SimulatedCluster cluster, Limits limits, Random random) {
    List<String> names = List.copyOf(cluster.nodes.keySet());
    for (int round = 0; round < 40; round++) {
      String node = names.get(random.nextInt(names.size()));
      SimulatedCluster.Node it = cluster.nodes.get(node);
      switch (random.nextInt(8)) {
        case 0 -> it.draining = !it.draining;
        case 1, 2 -> {
          if (it.alive && cluster.canLose(node)) {
            cluster.kill(node);
          } else if (!it.alive) {
            cluster.revive(node);
          }
        }
        default -> {}
      }
      step(cluster, limits);
    }
  }

  private static Plan step(SimulatedCluster cluster, Limits limits) {
    Plan plan = Planner.plan(cluster.state(), limits);
    cluster.carryOut(plan, limits);
    cluster.round();
    return plan;
  }

  /** Until nothing is planned, nothing is under way and everybody's silence has had its effect. */
  private static void settle(SimulatedCluster cluster, Limits limits) {
    int quiet = 0;
    for (int round = 0; quiet < 10; round++) {
      assertTrue(round < ROUNDS_MAX, "does not come to rest" + cluster);
      boolean idle =
          step(cluster, limits).isQuiet()
              && cluster.groups.values().stream().allMatch(g -> g.underWay == null);
      quiet = idle ? quiet + 1 : 0;
    }
  }

  // ---------------------------------------------------------------------------------- the end

  private static void assertWhole(SimulatedCluster cluster) {
    List<String> usable = cluster.usable();
    int wanted = Math.min(cluster.replication, usable.size());
    for (SimulatedCluster.Group group : cluster.groups.values()) {
      assertTrue(group.voters.size() >= wanted, "too few replicas" + cluster);
      assertTrue(group.listeners.isEmpty(), "a listener is left over" + cluster);
      if (usable.size() >= cluster.replication) {
        assertTrue(usable.containsAll(group.voters), "a replica on a lost node" + cluster);
        assertEquals(cluster.replication, group.voters.size(), "replicas" + cluster);
        assertEquals(
            cluster.fewestPairs(cluster.replication), cluster.pairs(group), "zones" + cluster);
      }
      assertTrue(
          group.leader.filter(usable::contains).isPresent()
              || group.voters.stream().noneMatch(usable::contains),
          "led from a draining node" + cluster);
    }
    boolean equal = usable.stream().map(n -> cluster.nodes.get(n).capacity).distinct().count() <= 1;
    if (equal && usable.size() >= cluster.replication && zonesAreEven(cluster)) {
      assertTrue(spread(usable.stream().map(cluster::held).toList()) <= 1, "replicas" + cluster);
      assertTrue(spread(usable.stream().map(cluster::led).toList()) <= 1, "leaders" + cluster);
    }
  }

  /**
   * The bound that {@link Exchanges} states, between any two nodes of which all groups of both may
   * be exchanged, and with equal capacities.
   */
  private static void assertLoadsEven(SimulatedCluster cluster) {
    double all = cluster.groups.values().stream().mapToDouble(g -> g.rate).sum();
    double least = Math.max(100, all / cluster.groups.size() / 4);
    for (String full : cluster.usable()) {
      for (String empty : cluster.usable()) {
        List<SimulatedCluster.Group> here = led(cluster, full, empty);
        List<SimulatedCluster.Group> there = led(cluster, empty, full);
        if (here.size() < cluster.led(full) || there.size() < cluster.led(empty)) {
          continue;
        }
        double largest = here.stream().mapToDouble(g -> g.rate).max().orElse(0);
        double bound = 1.5 * cluster.rateLed(empty) + largest + here.size() * least;
        assertTrue(cluster.rateLed(full) <= bound, full + " carries more than " + bound + cluster);
      }
    }
  }

  /** Groups that one node leads and another could. */
  private static List<SimulatedCluster.Group> led(
      SimulatedCluster cluster, String leader, String other) {
    return cluster.groups.values().stream()
        .filter(g -> g.leader.equals(Optional.of(leader)) && g.voters.contains(other))
        .toList();
  }

  /** What the fullest node carries, by the least it could: the mean, or one group. */
  private static double fullest(
      SimulatedCluster cluster,
      ToDoubleFunction<String> load,
      ToDoubleFunction<SimulatedCluster.Group> one) {
    DoubleSummaryStatistics all =
        cluster.nodes.keySet().stream().mapToDouble(load).summaryStatistics();
    double largest = cluster.groups.values().stream().mapToDouble(one).max().orElseThrow();
    return all.getMax() / Math.max(all.getAverage(), largest);
  }

  /** Whether zones leave every node the same chance: all of one size, and enough of them. */
  private static boolean zonesAreEven(SimulatedCluster cluster) {
    Map<String, Integer> sizes = new TreeMap<>();
    cluster.usable().forEach(node -> sizes.merge(cluster.zoneOf(node), 1, Integer::sum));
    return sizes.values().stream().distinct().count() == 1
        && (sizes.size() == 1 || sizes.size() >= cluster.replication);
  }

  private static int spread(List<Integer> counts) {
    return Collections.max(counts) - Collections.min(counts);
  }
}
