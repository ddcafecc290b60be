/**
 * The replicas this node hosts. {@link io.btrdb.node.replica.ShardReplica} puts a shard's
 * deterministic state machine behind its replicated log; on the leader {@link
 * io.btrdb.node.replica.MergeLoop} folds sealed versions into trees and commits them through the
 * same log; {@link io.btrdb.node.replica.ReplicaFetch} and {@link
 * io.btrdb.node.replica.ReplicaSource} bring a replica that fell behind the purged log up to date.
 */
package io.btrdb.node.replica;
