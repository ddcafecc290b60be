package io.btrdb.node.scrub;

import io.btrdb.consensus.GroupId;
import java.util.function.LongSupplier;

/**
 * A shard that this node has a replica of.
 *
 * @param applied index of the last entry that the replica has applied
 */
public record ScrubbedShard(GroupId group, int shard, LongSupplier applied) {}
