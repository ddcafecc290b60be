/**
 * Who keeps what, and how that changes. {@link io.btrdb.node.control.Control} is a node's part in
 * it and the front door: it starts the embedded ZooKeeper, takes part in {@code
 * io.btrdb.placement.coordination}, and runs the {@link io.btrdb.node.control.Controller}, which is
 * active on one node of the cluster at a time.
 *
 * <p>While it is, it draws a {@link io.btrdb.node.control.Picture} of the cluster from what all
 * nodes say, lets the planner compare it with what should be, and has the groups' leaders carry the
 * steps out ({@link io.btrdb.node.control.RunningChange}). All it knows of a step is in the groups'
 * real configurations, so that another controller goes on wherever this one stops.
 *
 * <p>Nothing in here is on the way of a read or a write, and nothing waits for it.
 */
package io.btrdb.node.control;
