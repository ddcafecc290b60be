/** ZooKeeper inside a node's process, for development and small clusters. */
package io.btrdb.placement.embedded;
