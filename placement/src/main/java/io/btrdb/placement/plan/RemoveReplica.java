package io.btrdb.placement.plan;

import java.util.Optional;

/** One member less: a voter too many, or a listener left over. */
public record RemoveReplica(String group, String from, Why why) implements ReplicaStep {
  @Override
  public Optional<String> target() {
    return Optional.empty();
  }

  @Override
  public Optional<String> source() {
    return Optional.of(from);
  }
}
