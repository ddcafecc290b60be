/**
 * Hosts the catalog on a node: the plane that the doors ask ({@link
 * io.btrdb.node.catalog.CatalogService}), and this node's replica of the state machine ({@link
 * io.btrdb.node.catalog.CatalogReplica}).
 *
 * <p>Tour: a door's call becomes a command or a {@link io.btrdb.node.catalog.CatalogQuery}. {@code
 * Attempts} brings it to the catalog's leader, here or on another node, until it has an answer or
 * its deadline has passed. At the leader {@code CatalogLeader} runs it; creates and obliterates go
 * through {@code StreamSteps}, which alternate between the catalog's log and the stream's shard.
 * What a crash leaves unfinished, {@code UnfinishedDriver} of the next leader drives on.
 */
package io.btrdb.node.catalog;
