package io.btrdb.node.control;

import io.btrdb.api.cluster.HelloResponse;
import io.btrdb.api.cluster.NodeCard;
import java.time.Duration;
import java.util.Optional;

/**
 * A node as this one knows it.
 *
 * @param silence time since it last answered
 * @param hello its last words
 */
record KnownNode(NodeCard card, Duration silence, Optional<HelloResponse> hello) {
  /** Nodes greet each other twice a second, and wait two seconds for an answer. */
  private static final Duration SILENCE_MAX = Duration.ofMillis(3_500);

  String id() {
    return card.getNodeId();
  }

  boolean answers() {
    return hello.isPresent() && silence.compareTo(SILENCE_MAX) < 0;
  }

  /** The Raft peer that runs on this node now. */
  String peer() {
    return id() + "-" + hello.map(HelloResponse::getIncarnation).orElse(card.getIncarnation());
  }
}
