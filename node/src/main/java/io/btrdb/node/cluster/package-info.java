/**
 * The nodes of one cluster among themselves: who this node is ({@link
 * io.btrdb.node.cluster.Identity}), how a cluster is founded and how a node comes back under a new
 * incarnation ({@link io.btrdb.node.cluster.Formation}), who leads which group ({@link
 * io.btrdb.node.cluster.ClusterView}), and the channels between nodes.
 */
package io.btrdb.node.cluster;
