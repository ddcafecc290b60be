package io.btrdb.placement.plan;

import io.btrdb.placement.plan.Evening.Hop;
import io.btrdb.placement.plan.Exchanges.Exchange;
import io.btrdb.placement.plan.Limits.Balance;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Moves leaders off draining nodes, then evens out how many groups each node leads, then how much
 * is written to them.
 */
final class LeaderEvening {
  /** Points a second; a leader is not moved for the sake of less. */
  private static final double LEAST_RATE = 100;

  private final Layout layout;
  private final int[] led;
  private final long[] rates;
  private final BitSet moved = new BitSet();

  LeaderEvening(Layout layout) {
    this.layout = layout;
    this.led = new int[layout.nodes.length];
    this.rates = new long[layout.nodes.length];
    for (Layout.Group group : layout.groups) {
      if (group.leader >= 0) {
        led[group.leader]++;
        rates[group.leader] += group.pointsRate;
      }
    }
  }

  /**
   * @param slots transfers at most
   * @param balance what to even out, too
   */
  List<TransferLeader> find(int slots, Balance balance) {
    List<TransferLeader> steps = new ArrayList<>();
    for (int g = 0; g < layout.groups.length && steps.size() < slots; g++) {
      if (layout.groups[g].leader >= 0 && layout.draining.get(layout.groups[g].leader)) {
        leave(steps, g);
      }
    }
    while (balance != Balance.NONE && steps.size() < slots) {
      List<Hop> chain = new Evening(layout.usable, layout.capacity, led, hops()).bestChain();
      if (chain.isEmpty()) {
        break;
      }
      for (Hop hop : chain) {
        transfer(steps, slots, hop, Why.BALANCE);
      }
    }
    if (balance == Balance.LOADS && steps.isEmpty()) {
      exchange(steps, slots);
    }
    return steps;
  }

  /** Both leaders change in one plan or none does, so that counts stay even. */
  private void exchange(List<TransferLeader> steps, int slots) {
    while (steps.size() < slots) {
      Optional<Exchange> next =
          exchanges()
              .best(
                  slots - steps.size(),
                  (g, from, to) -> mayLead(layout.groups[g], g, to),
                  any -> true);
      if (next.isEmpty()) {
        return;
      }
      Exchange found = next.get();
      transfer(steps, slots, new Hop(found.group(), found.from(), found.to()), Why.LOAD);
      if (found.back() >= 0) {
        transfer(steps, slots, new Hop(found.back(), found.to(), found.from()), Why.LOAD);
      }
    }
  }

  private Exchanges exchanges() {
    return Exchanges.of(
        layout, led, (group, node) -> group.leader == node, group -> group.pointsRate, LEAST_RATE);
  }

  private boolean mayLead(Layout.Group group, int number, int node) {
    return !group.busy && !moved.get(number) && group.live.get(node) && layout.usable.get(node);
  }

  private void leave(List<TransferLeader> steps, int g) {
    Layout.Group group = layout.groups[g];
    if (group.busy) {
      return; // the change under way hands the leadership over when it gets there
    }
    candidates(group).stream()
        .boxed()
        .min(
            Comparator.<Integer, Integer>comparing(
                    node -> node,
                    (a, b) ->
                        Load.compareNext(led[a], layout.capacity[a], led[b], layout.capacity[b]))
                .thenComparingInt(node -> node))
        .ifPresent(
            node -> transfer(steps, Integer.MAX_VALUE, new Hop(g, group.leader, node), Why.DRAIN));
  }

  private BitSet candidates(Layout.Group group) {
    BitSet nodes = (BitSet) group.live.clone();
    nodes.and(layout.usable);
    nodes.clear(group.leader);
    return nodes;
  }

  private Hop[][] hops() {
    int count = layout.nodes.length;
    Hop[][] hops = new Hop[count][count];
    for (int g = 0; g < layout.groups.length; g++) {
      Layout.Group group = layout.groups[g];
      if (group.busy || group.leader < 0 || moved.get(g)) {
        continue;
      }
      BitSet targets = candidates(group);
      for (int to = targets.nextSetBit(0); to >= 0; to = targets.nextSetBit(to + 1)) {
        Hop hop = new Hop(g, group.leader, to);
        Hop known = hops[hop.from()][to];
        if (known == null || unevenness(hop) < unevenness(known)) {
          hops[hop.from()][to] = hop;
        }
      }
    }
    return hops;
  }

  private long unevenness(Hop hop) {
    long rate = layout.groups[hop.group()].pointsRate;
    return Math.abs((rates[hop.from()] - rate) - (rates[hop.to()] + rate));
  }

  private void transfer(List<TransferLeader> steps, int slots, Hop hop, Why why) {
    Layout.Group group = layout.groups[hop.group()];
    group.leader = hop.to();
    moved.set(hop.group());
    led[hop.from()]--;
    led[hop.to()]++;
    rates[hop.from()] -= group.pointsRate;
    rates[hop.to()] += group.pointsRate;
    if (steps.size() < slots) {
      steps.add(
          new TransferLeader(group.id, layout.nodes[hop.from()], layout.nodes[hop.to()], why));
    }
  }
}
