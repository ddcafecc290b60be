/** Verbs that keep a cluster's data safe beyond its replicas: backup, restore, recover, verify. */
package io.btrdb.cli.backup;
