package io.btrdb.consensus;

import java.util.Objects;

/**
 * A member of a group.
 *
 * @param address {@code host:port} of its Raft endpoint
 * @param listener true: receives and applies the log but neither votes nor counts for a majority
 */
public record Peer(PeerId id, String address, boolean listener) {
  public Peer {
    Objects.requireNonNull(id, "id");
    if (address.lastIndexOf(':') <= 0) {
      throw new IllegalArgumentException("expected host:port, not '" + address + "'");
    }
  }

  public static Peer voter(PeerId id, String address) {
    return new Peer(id, address, false);
  }

  public static Peer listener(PeerId id, String address) {
    return new Peer(id, address, true);
  }
}
