package io.btrdb.placement.plan;

import java.util.Optional;

/** One more voter, which learns as a listener first. */
public record AddReplica(String group, String to, Why why) implements ReplicaStep {
  @Override
  public Optional<String> target() {
    return Optional.of(to);
  }

  @Override
  public Optional<String> source() {
    return Optional.empty();
  }
}
