/**
 * Who owns which range of hash slots. {@link io.btrdb.placement.Founding} draws the first map of a
 * cluster; {@link io.btrdb.placement.ShardRange} is one entry of it. Pure functions over values: no
 * clock, socket or file.
 */
package io.btrdb.placement;
