package io.btrdb.placement.plan;

import java.util.Optional;

/**
 * A change of a group's members. It takes a while, survives the controller that began it, and a
 * group undergoes one at a time.
 */
public sealed interface ReplicaStep extends Step permits MoveReplica, AddReplica, RemoveReplica {
  /** The node that gets a replica. */
  Optional<String> target();

  /** The node that gives its replica up. */
  Optional<String> source();
}
