package io.btrdb.placement.plan;

import io.btrdb.placement.plan.Evening.Hop;
import io.btrdb.placement.plan.Exchanges.Exchange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Spreads replicas over zones, then evens out how many each node holds, and at the end what they
 * carry. Only whole groups move.
 */
final class ReplicaEvening {
  /** A replica is not moved for the sake of less: bytes, and points a second. */
  private static final double LEAST_BYTES = 64 << 20;

  private static final double LEAST_RATE = 1_000;

  private final Layout layout;

  ReplicaEvening(Layout layout) {
    this.layout = layout;
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

  /**
   * Evens out what nodes keep, then what is written to them where that makes bytes no less even:
   * the order in which both come to an end. Both replicas of an exchange move in one plan or none
   * does, so that counts stay even.
   */
  List<ReplicaStep> exchange(int slots) {
    List<ReplicaStep> steps = new ArrayList<>();
    while (steps.size() < slots) {
      Exchanges bytes = exchanges(group -> group.bytes, LEAST_BYTES);
      Exchanges rates = exchanges(group -> group.pointsRate, LEAST_RATE);
      int free = slots - steps.size();
      Optional<Exchange> next =
          bytes
              .best(free, this::mayGo, any -> true)
              .or(() -> rates.best(free, this::mayGo, exchange -> bytes.fall(exchange) >= 0));
      if (next.isEmpty()) {
        break;
      }
      Exchange found = next.get();
      move(steps, slots, new Hop(found.group(), found.from(), found.to()), Why.LOAD);
      if (found.back() >= 0) {
        move(steps, slots, new Hop(found.back(), found.to(), found.from()), Why.LOAD);
      }
    }
    return steps;
  }

  private Exchanges exchanges(ToDoubleFunction<Layout.Group> load, double least) {
    return Exchanges.of(layout, layout.held, (group, node) -> group.voters.get(node), load, least);
  }

  private boolean mayGo(int number, int from, int to) {
    Layout.Group group = layout.groups[number];
    return movable(group)
        && !group.voters.get(to)
        && layout.mayMove(group, from)
        && layout.spreadChange(group, from, to) <= 0;
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

  /** Of two groups for one hop the one that better evens out the load; the known one if alike. */
  private Hop better(Hop known, Hop other) {
    return known == null || unevenness(other) < unevenness(known) ? other : known;
  }

  private double unevenness(Hop hop) {
    double moved = layout.groups[hop.group()].share;
    return Math.abs(
        (layout.carried[hop.from()] - moved) / layout.capacity[hop.from()]
            - (layout.carried[hop.to()] + moved) / layout.capacity[hop.to()]);
  }

  /** The whole chain counts as planned; what has no slot is planned again next time. */
  private void move(List<ReplicaStep> steps, int slots, Hop hop, Why why) {
    Layout.Group group = layout.groups[hop.group()];
    MoveReplica step =
        new MoveReplica(group.id, layout.nodes[hop.from()], layout.nodes[hop.to()], why);
    layout.plan(group, step);
    if (steps.size() < slots) {
      steps.add(step);
    }
  }
}
