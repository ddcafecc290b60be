/** The verbs that talk to a cluster, wherever it runs: to write, to read, to look after streams. */
package io.btrdb.cli.verb;
