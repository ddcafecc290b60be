package io.btrdb.shard;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Working trees for one thread. */
final class PlainTrees implements WorkingTrees {
  private final Shard shard;
  private final Map<UUID, WorkingTree> trees = new HashMap<>();

  PlainTrees(Shard shard) {
    this.shard = shard;
  }

  @Override
  public <R> R with(UUID stream, Function<WorkingTree, R> use) {
    return use.apply(trees.computeIfAbsent(stream, s -> shard.newWorkingTree()));
  }

  @Override
  public void dropAll() {
    trees.clear();
  }
}
