package io.btrdb.consensus;

import java.util.Objects;
import java.util.UUID;

/** Names one Raft group for its whole life; also the name of its folder on disk. */
public record GroupId(UUID value) {
  public GroupId {
    Objects.requireNonNull(value, "value");
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
