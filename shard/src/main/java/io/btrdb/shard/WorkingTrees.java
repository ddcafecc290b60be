package io.btrdb.shard;

import java.util.UUID;
import java.util.function.Function;

/**
 * The working trees of a shard by stream, made with {@link Shard#newWorkingTree} when first wanted.
 * Whoever implements it sees to it that a tree is used by one thread at a time.
 */
public interface WorkingTrees {
  /** Runs {@code use} with the stream's working tree, alone. */
  <R> R with(UUID stream, Function<WorkingTree, R> use);

  /** Forgets all trees: leadership changed. */
  void dropAll();
}
