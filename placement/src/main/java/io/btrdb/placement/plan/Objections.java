package io.btrdb.placement.plan;

import java.util.Optional;

/** Why a step that an operator asks for must not begin. */
final class Objections {
  private Objections() {}

  static Optional<String> to(Layout layout, ReplicaStep step) {
    Optional<Layout.Group> found = layout.find(step.group());
    if (found.isEmpty()) {
      return Optional.of("there is no group " + step.group() + ", or nobody leads it");
    }
    Layout.Group group = found.get();
    if (group.busy) {
      return Optional.of("another change of this group is under way");
    }
    Optional<String> at = step.source().flatMap(node -> toSource(layout, group, node));
    if (at.isEmpty()) {
      at = step.target().flatMap(node -> toTarget(layout, group, node));
    }
    return at.isPresent() ? at : toLoss(layout, group, step);
  }

  private static Optional<String> toSource(Layout layout, Layout.Group group, String node) {
    int number = layout.number(node);
    return number >= 0 && (group.voters.get(number) || group.strays.get(number))
        ? Optional.empty()
        : Optional.of(node + " has no replica of this group");
  }

  private static Optional<String> toTarget(Layout layout, Layout.Group group, String node) {
    int number = layout.number(node);
    if (number < 0) {
      return Optional.of("there is no node " + node);
    }
    if (group.voters.get(number)) {
      return Optional.of(node + " has a replica of this group already");
    }
    return layout.usable.get(number)
        ? Optional.empty()
        : Optional.of(node + (layout.draining.get(number) ? " is being drained" : " is silent"));
  }

  private static Optional<String> toLoss(Layout layout, Layout.Group group, ReplicaStep step) {
    boolean safe =
        switch (step) {
          case MoveReplica move -> layout.mayMove(group, layout.number(move.from()));
          case AddReplica add -> layout.mayAdd(group);
          case RemoveReplica remove -> layout.mayRemove(group, layout.number(remove.from()));
        };
    return safe
        ? Optional.empty()
        : Optional.of("too few of the group's voters are well: it could lose its majority");
  }
}
