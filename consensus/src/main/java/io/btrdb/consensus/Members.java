package io.btrdb.consensus;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A group's configuration as this replica knows it.
 *
 * @param index index of the entry that set it; −1 for the one the group was created with
 */
public record Members(List<Peer> voters, List<Peer> listeners, long index) {
  public Members {
    voters = List.copyOf(voters);
    listeners = List.copyOf(listeners);
  }

  public Optional<Peer> find(PeerId id) {
    return Stream.concat(voters.stream(), listeners.stream())
        .filter(peer -> peer.id().equals(id))
        .findFirst();
  }
}
