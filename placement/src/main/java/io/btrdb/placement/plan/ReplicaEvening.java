package io.btrdb.placement.plan;

import io.btrdb.placement.plan.Evening.Hop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Spreads replicas over zones, then evens out how many each node holds. Only whole groups move. */
final class ReplicaEvening {
  private final Layout layout;
  private final long[] bytes;

  ReplicaEvening(Layout layout) {
    this.layout = layout;
    this.bytes = new long[layout.nodes.length];
    for (Layout.Group group : layout.groups) {
      group.voters.stream().forEach(node -> bytes[node] += group.bytes);
    }
  }

  List<ReplicaStep> find(int slots) {
    List<ReplicaStep> steps = new ArrayList<>();
    spread(steps, slots);
    while (steps.size() < slots) {
      List<Hop> chain =
          new Evening(layout.usable, layout.capacity, layout.held, hops()).bestChain();
      if (chain.isEmpty()) {
        break;
      }
      for (Hop hop : chain) {
        move(steps, slots, hop, Why.BALANCE);
      }
    }
    return steps;
  }

  private void spread(List<ReplicaStep> steps, int slots) {
    for (int g = 0; g < layout.groups.length && steps.size() < slots; g++) {
      Layout.Group group = layout.groups[g];
      int crowded = movable(group) ? mostCrowded(group) : -1;
      if (crowded < 0) {
        continue;
      }
      int number = g;
      layout
          .home(group, crowded)
          .filter(home -> layout.spreadChange(group, crowded, home) < 0)
          .filter(home -> layout.mayMove(group, crowded))
          .ifPresent(home -> move(steps, slots, new Hop(number, crowded, home), Why.ZONES));
    }
  }

  /** The group's voter in the fullest zone, of those the one on the fullest node; −1: none. */
  private int mostCrowded(Layout.Group group) {
    int worst = -1;
    for (int node : group.voters.stream().toArray()) {
      int pairs = layout.sharing(group, node, node);
      if (pairs == 0 || !layout.usable.get(node)) {
        continue;
      }
      int than = worst < 0 ? 0 : layout.sharing(group, worst, worst);
      if (pairs > than || (pairs == than && fuller(node, worst))) {
        worst = node;
      }
    }
    return worst;
  }

  private boolean fuller(int node, int than) {
    return Load.compareNext(
            layout.held[node], layout.capacity[node], layout.held[than], layout.capacity[than])
        > 0;
  }

  private static boolean movable(Layout.Group group) {
    return !group.busy && group.isWhole();
  }

  private Hop[][] hops() {
    int count = layout.nodes.length;
    Hop[][] hops = new Hop[count][count];
    for (int g = 0; g < layout.groups.length; g++) {
      Layout.Group group = layout.groups[g];
      if (!movable(group)) {
        continue;
      }
      BitSet targets = (BitSet) layout.usable.clone();
      targets.andNot(group.voters);
      for (int from : group.voters.stream().filter(layout.usable::get).toArray()) {
        if (!layout.mayMove(group, from)) {
          continue;
        }
        for (int to = targets.nextSetBit(0); to >= 0; to = targets.nextSetBit(to + 1)) {
          if (layout.spreadChange(group, from, to) <= 0) {
            hops[from][to] = better(hops[from][to], new Hop(g, from, to));
          }
        }
      }
    }
    return hops;
  }

  /** Of two groups for one hop the one that better evens out bytes; the known one if alike. */
  private Hop better(Hop known, Hop other) {
    return known == null || unevenness(other) < unevenness(known) ? other : known;
  }

  private long unevenness(Hop hop) {
    long moved = layout.groups[hop.group()].bytes;
    return Math.abs((bytes[hop.from()] - moved) - (bytes[hop.to()] + moved));
  }

  /** The whole chain counts as planned; what has no slot is planned again next time. */
  private void move(List<ReplicaStep> steps, int slots, Hop hop, Why why) {
    Layout.Group group = layout.groups[hop.group()];
    MoveReplica step =
        new MoveReplica(group.id, layout.nodes[hop.from()], layout.nodes[hop.to()], why);
    layout.plan(group, step);
    bytes[hop.from()] -= group.bytes;
    bytes[hop.to()] += group.bytes;
    if (steps.size() < slots) {
      steps.add(step);
    }
  }
}
