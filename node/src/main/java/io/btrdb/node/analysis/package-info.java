/**
 * A cluster's pool, opened by a machine that belongs to no cluster, to be read: {@link
 * io.btrdb.node.analysis.OpenedPool} answers the reads of a node, from the archived states and the
 * segments in the pool.
 */
package io.btrdb.node.analysis;
