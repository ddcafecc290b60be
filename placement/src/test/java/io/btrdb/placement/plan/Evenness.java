package io.btrdb.placement.plan;

import io.btrdb.placement.plan.SimulatedCluster.Group;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How even a cluster truly is once what is under way has ended: sums of what each node carries,
 * squared, by its capacity. Less is more even.
 */
record Evenness(double held, double led, double bytes, double rates, double ratesLed) {
  private static final double ROUNDING = 1e-9;

  static Evenness of(SimulatedCluster cluster) {
    return new Evenness(
        replicas(cluster, group -> 1),
        leaders(cluster, group -> 1),
        replicas(cluster, group -> group.bytes),
        replicas(cluster, group -> group.rate),
        leaders(cluster, group -> group.rate));
  }

  private static double replicas(SimulatedCluster cluster, ToDoubleFunction<Group> load) {
    return sum(
        cluster,
        node ->
            cluster.groups.values().stream()
                .filter(group -> SimulatedCluster.votersToBe(group).contains(node))
                .mapToDouble(load)
                .sum());
  }

  private static double leaders(SimulatedCluster cluster, ToDoubleFunction<Group> load) {
    return sum(
        cluster,
        node ->
            cluster.groups.values().stream()
                .filter(cluster::quorum)
                .filter(group -> group.leader.equals(Optional.of(node)))
                .mapToDouble(load)
                .sum());
  }

  private static double sum(SimulatedCluster cluster, ToDoubleFunction<String> load) {
    double sum = 0;
    for (String node : cluster.nodes.keySet()) {
      sum += Math.pow(load.applyAsDouble(node), 2) / cluster.nodes.get(node).capacity;
    }
    return sum;
  }

  /** Counts are as even, and what comes first of bytes, rates and rates led has become more so. */
  boolean isClearlyBetterThan(Evenness before) {
    return same(held, before.held)
        && same(led, before.led)
        && (less(bytes, before.bytes)
            || (same(bytes, before.bytes) && less(rates, before.rates))
            || (same(bytes, before.bytes)
                && same(rates, before.rates)
                && less(ratesLed, before.ratesLed)));
  }

  private static boolean same(double one, double other) {
    return Math.abs(one - other) <= ROUNDING * Math.max(one, other);
  }

  private static boolean less(double one, double other) {
    return one < other && !same(one, other);
  }
}
