/** One file with what is known about a cluster's trouble, for whoever is to find its cause. */
package io.btrdb.cli.support;
