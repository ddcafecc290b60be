package io.btrdb.node.scrub;

import io.btrdb.consensus.GroupId;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * A shard that this node has a replica of.
 *
 * @param applied index of the last entry that the replica has applied
 * @param leads whether it leads: what all replicas share is read by the leader's node
 * @param needed whether a segment, by its number, holds something that a version may need; others
 *     are on their way out, and gone at one replica before another
 */
public record ScrubbedShard(
    GroupId group, int shard, LongSupplier applied, BooleanSupplier leads, LongPredicate needed) {}
