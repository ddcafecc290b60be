package io.btrdb.node.control;

import io.btrdb.placement.coordination.Coordination.Versioned;
import io.btrdb.placement.coordination.LeaderHint;
import io.btrdb.placement.coordination.PlacementMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Where the controller keeps its map; see {@code Coordination}, which it stands for. */
interface MapStore {
  boolean isController();

  CompletableFuture<Optional<Versioned>> read();

  /** Fails unless the map is still at version {@code from}. */
  CompletableFuture<Integer> write(PlacementMap map, OptionalInt from);

  CompletableFuture<Void> hint(List<LeaderHint> leaders);

  /** The newest map this node has ever seen; for a ZooKeeper that has none. */
  Optional<PlacementMap> remembered();
}
