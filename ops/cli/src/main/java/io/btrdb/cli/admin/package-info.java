/**
 * {@code btrdb cluster}: what an operator sees of a cluster and may change in it, through service
 * Admin of any of its nodes.
 *
 * <p>{@link io.btrdb.cli.admin.ClusterCommand} names the verbs. {@code ShowCommands} and {@code
 * ClusterStatusCommand} print, {@code PlacementCommands} ask for changes; {@code Waiting} follows a
 * change until it is done. {@code AdminClient} finds a node that answers.
 */
package io.btrdb.cli.admin;
