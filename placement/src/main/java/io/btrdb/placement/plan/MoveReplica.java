package io.btrdb.placement.plan;

import java.util.Optional;

/**
 * A new replica on {@code to}, which learns as a listener, takes the vote of the one on {@code
 * from}; only then that one is deleted.
 */
public record MoveReplica(String group, String from, String to, Why why) implements ReplicaStep {
  public MoveReplica {
    if (from.equals(to)) {
      throw new IllegalArgumentException("group " + group + " cannot move from " + from + " to it");
    }
  }

  @Override
  public Optional<String> target() {
    return Optional.of(to);
  }

  @Override
  public Optional<String> source() {
    return Optional.of(from);
  }
}
