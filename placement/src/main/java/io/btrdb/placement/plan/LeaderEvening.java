package io.btrdb.placement.plan;

import io.btrdb.placement.plan.Evening.Hop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Moves leaders off draining nodes, then evens out how many groups each node leads. */
final class LeaderEvening {
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
   * @param even whether to even out, too
   */
  List<TransferLeader> find(int slots, boolean even) {
    List<TransferLeader> steps = new ArrayList<>();
    for (int g = 0; g < layout.groups.length && steps.size() < slots; g++) {
      if (layout.groups[g].leader >= 0 && layout.draining.get(layout.groups[g].leader)) {
        leave(steps, g);
      }
    }
    while (even && steps.size() < slots) {
      List<Hop> chain = new Evening(layout.usable, layout.capacity, led, hops()).bestChain();
      if (chain.isEmpty()) {
        break;
      }
      for (Hop hop : chain) {
        transfer(steps, slots, hop, Why.BALANCE);
      }
    }
    return steps;
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
