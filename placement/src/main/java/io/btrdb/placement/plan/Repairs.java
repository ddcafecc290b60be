package io.btrdb.placement.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What groups need to be whole, the ones closest to losing their majority first. */
final class Repairs {
  private final Layout layout;
  private final List<String> notes;

  Repairs(Layout layout, List<String> notes) {
    this.layout = layout;
    this.notes = notes;
  }

  List<ReplicaStep> find(int slots) {
    List<ReplicaStep> steps = new ArrayList<>();
    List<Layout.Group> urgentFirst =
        IntStream.range(0, layout.groups.length)
            .mapToObj(g -> layout.groups[g])
            .sorted(Comparator.comparingInt(Repairs::spare))
            .toList();
    int waiting = 0;
    for (Layout.Group group : urgentFirst) {
      if (!group.hasQuorum()) {
        notes.add(
            "group %s is left alone: %d of its %d voters are well"
                .formatted(group.id, group.live.cardinality(), group.votersNow.cardinality()));
        continue;
      }
      Optional<ReplicaStep> step = group.busy ? Optional.empty() : repair(group);
      if (step.isPresent() && steps.size() < slots) {
        steps.add(step.get());
        layout.plan(group, step.get());
      } else if (step.isPresent()) {
        waiting++;
      }
    }
    if (waiting > 0) {
      notes.add(waiting + " more groups wait for their turn");
    }
    return steps;
  }

  /** How many more voters the group can lose. */
  private static int spare(Layout.Group group) {
    return group.live.cardinality() - Layout.majority(group.votersNow.cardinality());
  }

  private Optional<ReplicaStep> repair(Layout.Group group) {
    if (group.votersNow.cardinality() > layout.replication) {
      return shrink(group);
    }
    Optional<ReplicaStep> step = leave(group, layout.gone, Why.REPLACE);
    if (step.isEmpty() && group.votersNow.cardinality() < layout.replication) {
      step = grow(group);
    }
    if (step.isEmpty()) {
      step = leave(group, layout.draining, Why.DRAIN);
    }
    return step.isPresent() ? step : sweep(group);
  }

  private Optional<ReplicaStep> leave(Layout.Group group, BitSet left, Why why) {
    BitSet leaving = (BitSet) group.voters.clone();
    leaving.and(left);
    int from = leaving.nextSetBit(0);
    if (from < 0) {
      return Optional.empty();
    }
    Optional<Integer> home = layout.home(group, from);
    if (home.isEmpty()) {
      notes.add(
          "group %s keeps its replica on %s, although %s: no other node can take it"
              .formatted(group.id, layout.nodes[from], why.sentence()));
      return Optional.empty();
    }
    return home.filter(to -> layout.mayMove(group, from))
        .map(to -> new MoveReplica(group.id, layout.nodes[from], layout.nodes[to], why));
  }

  private Optional<ReplicaStep> grow(Layout.Group group) {
    return layout
        .home(group, -1)
        .filter(to -> layout.mayAdd(group))
        .map(to -> new AddReplica(group.id, layout.nodes[to], Why.GROW));
  }

  /** The one least missed goes: gone, then draining, then not well, then in a shared zone. */
  private Optional<ReplicaStep> shrink(Layout.Group group) {
    return group.voters.stream()
        .boxed()
        .filter(node -> layout.mayRemove(group, node))
        .min(
            Comparator.<Integer, Boolean>comparing(node -> !layout.gone.get(node))
                .thenComparing(node -> !layout.draining.get(node))
                .thenComparing(node -> group.live.get(node))
                .thenComparing(node -> -layout.sharing(group, node, node))
                .thenComparing(
                    (a, b) ->
                        Load.compareNext(
                            layout.held[b], layout.capacity[b], layout.held[a], layout.capacity[a]))
                .thenComparingInt(node -> node))
        .map(node -> new RemoveReplica(group.id, layout.nodes[node], Why.SHRINK));
  }

  private Optional<ReplicaStep> sweep(Layout.Group group) {
    int stray = group.strays.nextSetBit(0);
    return stray < 0
        ? Optional.empty()
        : Optional.of(new RemoveReplica(group.id, layout.nodes[stray], Why.LEFT_OVER));
  }
}
