package io.btrdb.placement.plan;

import io.btrdb.placement.plan.Limits.Balance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From what is to what to do next.
 *
 * <p>The rules, the earlier ones before the later ones:
 *
 * <ol>
 *   <li>No step takes a group below a majority of voters that are alive and caught up, neither in
 *       the configuration it leaves nor in the one it leads to. At most one change a group, and
 *       {@link Limits#movesAtOnce} in all.
 *   <li>Replicas of nodes that are gone are replaced, those of draining nodes moved away, groups
 *       with too few are given more, groups with too many fewer; groups with the fewest live voters
 *       first.
 *   <li>Replicas of a group are on nodes of their own, and in zones of their own as far as there
 *       are zones.
 *   <li>Nodes hold replicas in proportion to their capacities, to within one.
 *   <li>Nodes lead groups in proportion to their capacities, to within one; seen to when no replica
 *       has to move.
 *   <li>What is written goes to the nodes in proportion to their capacities: leaders change places,
 *       and when none has to any more, replicas, for the sake of bytes and of rates. Counts stay as
 *       even as they are; {@link Exchanges} says how even loads become.
 * </ol>
 *
 * A state that satisfies them gives an empty plan, and repeated planning gets there in few moves.
 */
public final class Planner {
  private final ClusterState state;
  private final Limits limits;
  private final List<ReplicaStep> abandoned = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Layout layout;

  private Planner(ClusterState state, Limits limits) {
    this.state = state;
    this.limits = limits;
    List<ReplicaStep> kept = new ArrayList<>();
    for (ReplicaStep step : state.underWay()) {
      (isHopeless(step) ? abandoned : kept).add(step);
    }
    this.layout = new Layout(state, limits, kept);
  }

  /** The next steps; the same for the same state, whatever the order of its lists. */
  public static Plan plan(ClusterState state, Limits limits) {
    return new Planner(state, limits).plan();
  }

  /**
   * Whether a step that somebody asks for may begin in this state.
   *
   * @return a sentence that says why not; empty: it may
   */
  public static Optional<String> objection(ClusterState state, Limits limits, ReplicaStep step) {
    return Objections.to(new Layout(state, limits, state.underWay()), step);
  }

  private Plan plan() {
    noteSilence();
    List<Step> steps = new ArrayList<>();
    int slots = limits.movesAtOnce() - (state.underWay().size() - abandoned.size());
    steps.addAll(new Repairs(layout, notes).find(Math.max(0, slots)));
    ReplicaEvening replicas = new ReplicaEvening(layout);
    if (limits.balance() != Balance.NONE) {
      steps.addAll(replicas.find(Math.max(0, slots - steps.size())));
    }
    boolean settled = steps.isEmpty() && state.underWay().isEmpty();
    steps.addAll(
        new LeaderEvening(layout)
            .find(limits.transfersAtOnce(), settled ? limits.balance() : Balance.NONE));
    if (settled && steps.isEmpty() && limits.balance() == Balance.LOADS) {
      steps.addAll(replicas.exchange(slots));
    }
    return new Plan(steps, abandoned, notes);
  }

  private void noteSilence() {
    for (int node = 0; node < layout.nodes.length; node++) {
      if (!layout.answering.get(node) && !layout.gone.get(node) && layout.held[node] > 0) {
        notes.add(
            layout.nodes[node]
                + (limits.replaceAfterMillis() == 0
                    ? " is silent; its replicas wait for it, however long (replaceAfterSeconds: 0)"
                    : " is silent; its replicas are made anew elsewhere when that has lasted %d s"
                        .formatted(limits.replaceAfterMillis() / 1_000)));
      }
    }
  }

  /**
   * A change whose newcomer has its vote is always finished. Before that it is given up when its
   * target is out of reach, or when the reason for it has gone away.
   */
  private boolean isHopeless(ReplicaStep step) {
    Optional<ClusterState.Group> group =
        state.groups().stream().filter(g -> g.id().equals(step.group())).findFirst();
    if (group.isEmpty()) {
      return false; // nothing is known of it at the moment
    }
    if (step.target().isEmpty()) {
      return group.get().replicas().stream()
          .noneMatch(replica -> replica.node().equals(step.source().orElseThrow()));
    }
    String target = step.target().get();
    if (group.get().replicas().stream().anyMatch(r -> r.node().equals(target) && !r.listener())) {
      return false;
    }
    return isOutOfReach(target) || step.source().filter(from -> isMoot(step, from)).isPresent();
  }

  private boolean isOutOfReach(String target) {
    return node(target)
        .map(node -> node.draining() || node.silentMillis() >= limits.stalledAfterMillis())
        .orElse(true);
  }

  private boolean isMoot(ReplicaStep step, String from) {
    return switch (step.why()) {
      case DRAIN -> node(from).filter(node -> node.answers() && !node.draining()).isPresent();
      case REPLACE -> node(from).filter(ClusterState.Node::answers).isPresent();
      case GROW, SHRINK, LEFT_OVER, ZONES, BALANCE, LOAD, REQUESTED -> false;
    };
  }

  private Optional<ClusterState.Node> node(String id) {
    return state.nodes().stream().filter(node -> node.id().equals(id)).findFirst();
  }
}
