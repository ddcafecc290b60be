/**
 * What nodes tell each other through ZooKeeper: who is there, who is the controller, and what the
 * controller wants. {@link io.btrdb.placement.coordination.Coordination} is the front door; no type
 * of ZooKeeper or Curator leaves this package.
 *
 * <p>Nothing here is needed to read, write or elect leaders, and nothing that is kept here is kept
 * only here: a ZooKeeper that is away delays placement, one that was wiped is filled again.
 */
package io.btrdb.placement.coordination;
