package io.btrdb.node.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.btrdb.storage.BlockAddress;
import io.btrdb.tree.Node;
import io.btrdb.tree.NodeCache;
import java.util.function.Function;

/** Decoded tree nodes of all shards of a node, within one budget of heap bytes. Thread-safe. */
public final class SharedNodeCache {
  private record Key(int shard, BlockAddress address) {}

  private final Cache<Key, Node> nodes;

  public SharedNodeCache(long heapBytes) {
    this.nodes =
        Caffeine.newBuilder()
            .maximumWeight(heapBytes)
            .weigher((Key key, Node node) -> 64 + node.heapBytes())
            .executor(Runnable::run)
            .recordStats()
            .build();
  }

  /** The cache as the trees of one shard see it. */
  public NodeCache of(int shard) {
    return new NodeCache() {
      @Override
      public Node get(BlockAddress address, Function<BlockAddress, Node> loader) {
        Key key = new Key(shard, address);
        Node known = nodes.getIfPresent(key);
        if (known != null) {
          return known;
        }
        // Loaded outside the cache: two readers may both load, but none waits for another's disk.
        Node loaded = loader.apply(address);
        nodes.put(key, loaded);
        return loaded;
      }

      @Override
      public void put(BlockAddress address, Node node) {
        nodes.put(new Key(shard, address), node);
      }
    };
  }

  /** Forgets the nodes of a shard that is deleted here. */
  void forget(int shard) {
    nodes.asMap().keySet().removeIf(key -> key.shard() == shard);
  }

  /** Forgets everything. */
  public void clear() {
    nodes.invalidateAll();
  }

  public long hits() {
    return nodes.stats().hitCount();
  }

  public long misses() {
    return nodes.stats().missCount();
  }

  public long entries() {
    return nodes.estimatedSize();
  }
}
