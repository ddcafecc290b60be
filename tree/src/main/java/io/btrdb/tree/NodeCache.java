package io.btrdb.tree;

import io.btrdb.storage.BlockAddress;
import java.util.function.Function;

/** Decoded nodes by address, shared by all trees of a shard. Thread-safe; may forget at will. */
public interface NodeCache {
  /**
   * The cached node, or the loader's, which is then cached. Exceptions of the loader pass through.
   */
  Node get(BlockAddress address, Function<BlockAddress, Node> loader);

  /** Offers a node that was just written, which readers are likely to want. */
  void put(BlockAddress address, Node node);

  /** Keeps nothing. */
  NodeCache NONE =
      new NodeCache() {
        @Override
        public Node get(BlockAddress address, Function<BlockAddress, Node> loader) {
          return loader.apply(address);
        }

        @Override
        public void put(BlockAddress address, Node node) {}
      };
}
