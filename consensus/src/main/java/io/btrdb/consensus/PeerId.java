package io.btrdb.consensus;

/**
 * Names one incarnation of a node: {@code <node id>-<incarnation>}.
 *
 * <p>A node that lost its log or its vote comes back under a new incarnation and so as a new peer:
 * it cannot vote as if it remembered.
 *
 * @param value not empty
 */
public record PeerId(String value) {
  public PeerId {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a peer id must not be empty");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
