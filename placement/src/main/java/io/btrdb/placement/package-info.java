/**
 * Who owns which range of hash slots. {@link io.btrdb.placement.Founding} draws the first map of a
 * cluster; {@link io.btrdb.placement.ShardRange} is one entry of it; {@code plan} says what to
 * change when nodes come and go; {@code coordination} is the way to ZooKeeper, which no other room
 * knows; {@code embedded} is a ZooKeeper for those who have none.
 */
package io.btrdb.placement;
