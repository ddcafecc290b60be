package io.btrdb.placement;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Raft group ids of a cluster: name-based UUIDs of (cluster id, role), so that every node computes
 * the same id and two clusters never share one.
 */
public final class GroupIds {
  private GroupIds() {}

  public static UUID shard(UUID cluster, int shard) {
    return named(cluster, "shard/" + shard);
  }

  public static UUID catalog(UUID cluster) {
    return named(cluster, "catalog");
  }

  private static UUID named(UUID cluster, String role) {
    return UUID.nameUUIDFromBytes((cluster + "/" + role).getBytes(StandardCharsets.UTF_8));
  }
}
