package io.btrdb.placement;

import java.util.ArrayList;
import java.util.List;

/**
 * The first map of a cluster: ranges of equal size, and for each the nodes that keep its replicas,
 * spread so that every node holds about as many replicas, and is first choice for about as many
 * leaders, as any other.
 */
public final class Founding {
  private Founding() {}

  /** The whole slot space cut into {@code shards} ranges, none more than one slot larger. */
  public static List<ShardRange> ranges(int shards) {
    if (shards < 1 || shards > ShardRange.SLOTS) {
      throw new IllegalArgumentException("shards must be 1 to 4096, is " + shards);
    }
    List<ShardRange> ranges = new ArrayList<>(shards);
    for (int shard = 0; shard < shards; shard++) {
      int first = (int) ((long) ShardRange.SLOTS * shard / shards);
      int end = (int) ((long) ShardRange.SLOTS * (shard + 1) / shards);
      ranges.add(new ShardRange(shard, first, end - first));
    }
    return ranges;
  }

  /**
   * The nodes of one group's replicas, first choice for leader first.
   *
   * @param group ordinal of the group; the catalog counts as one after the last shard
   * @param nodes all nodes, in the same order on every node
   * @param replication wanted replicas; fewer when there are fewer nodes
   */
  public static <N> List<N> replicas(int group, List<N> nodes, int replication) {
    int count = Math.min(replication, nodes.size());
    List<N> chosen = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chosen.add(nodes.get((group + i) % nodes.size()));
    }
    return chosen;
  }
}
