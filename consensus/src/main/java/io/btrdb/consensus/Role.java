package io.btrdb.consensus;

import java.util.Optional;

/**
 * What this replica is in its group, at the moment of asking.
 *
 * @param ready true only for a leader that answers reads and writes (see {@link
 *     Leadership.BecameLeader})
 * @param term the latest term this replica has seen
 * @param leader the leader of {@code term}, when known
 */
public record Role(Kind kind, boolean ready, long term, Optional<PeerId> leader) {
  public enum Kind {
    LEADER,
    FOLLOWER,
    LISTENER,
    CANDIDATE
  }
}
