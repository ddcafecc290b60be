/**
 * Backups: what a node does while its cluster is backed up, and how a new cluster's data folders
 * are made from a backup or from what a disaster has left.
 */
package io.btrdb.node.backup;
