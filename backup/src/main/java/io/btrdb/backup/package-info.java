/**
 * Folders of backups: what a snapshot of a whole cluster consists of, stored so that backups share
 * what they have in common and every byte can be checked.
 */
package io.btrdb.backup;
