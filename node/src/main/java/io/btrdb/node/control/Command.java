package io.btrdb.node.control;

import io.btrdb.placement.plan.ReplicaStep;

/** What an operator may ask of the controller; see service Admin in cluster.proto. */
sealed interface Command {
  record Drain(String node, boolean cancel) implements Command {}

  record RemoveNode(String node) implements Command {}

  record Change(ReplicaStep step) implements Command {}

  record Balance(boolean dryRun) implements Command {}
}
