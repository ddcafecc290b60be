package io.btrdb.node.http;

import java.util.List;

/** Whether a node serves all that it should. Asked from several threads; must be quick. */
@FunctionalInterface
public interface Readiness {
  /** What is missing, a sentence each; empty when the node is ready. */
  List<String> missing();

  /** What is wrong although the node is ready, a sentence each. */
  default List<String> warnings() {
    return List.of();
  }
}
