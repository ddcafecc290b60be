package io.btrdb.placement.plan;

import java.util.List;

/**
 * What to do next.
 *
 * @param steps to begin now, the most urgent first; each of a group that has nothing under way
 * @param abandoned of those under way, the ones that can no longer end or are not wanted any more
 * @param notes sentences about what waits, and for what
 */
public record Plan(List<Step> steps, List<ReplicaStep> abandoned, List<String> notes) {
  public Plan {
    steps = List.copyOf(steps);
    abandoned = List.copyOf(abandoned);
    notes = List.copyOf(notes);
  }

  /** Whether the cluster is as it should be. */
  public boolean isQuiet() {
    return steps.isEmpty() && abandoned.isEmpty();
  }
}
