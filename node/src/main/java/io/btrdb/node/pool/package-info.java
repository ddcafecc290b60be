/**
 * The shared pool, in which all nodes of a cluster have their segments.
 *
 * <p>{@link io.btrdb.node.pool.NodeSegments} says where a node's segments are; {@link
 * io.btrdb.node.pool.Pool} is the pool as a cluster uses it, with limits of time on every call and
 * a watch over whether it answers; {@link io.btrdb.node.pool.PoolAccess} is the way there. Leaders
 * put segments into it themselves; what else they do there is in {@link
 * io.btrdb.node.pool.PoolChores}: states and the catalog's journal are archived, orphans swept.
 */
package io.btrdb.node.pool;
