package io.btrdb.consensus;

import java.util.Objects;

/** Whether a replica of a group can do its work. */
public sealed interface Health {
  record Healthy() implements Health {}

  /** Being opened, or waiting for a leader to add it to the group. */
  record Starting() implements Health {}

  /**
   * Stopped for good: it neither votes nor applies until {@link RaftNode#reopen} or {@link
   * RaftNode#remove}.
   */
  record Failed(Throwable reason) implements Health {
    public Failed {
      Objects.requireNonNull(reason, "reason");
    }
  }
}
