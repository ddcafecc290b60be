/**
 * The planes: what the doors ask for, wherever it is answered. {@link
 * io.btrdb.node.plane.DataPlane} stands before the shards, {@link io.btrdb.node.plane.CatalogPlane}
 * before the catalog. {@link io.btrdb.node.plane.RoutedDataPlane} answers from a replica on this
 * node where it may and passes on to the leader's node where it must.
 */
package io.btrdb.node.plane;
