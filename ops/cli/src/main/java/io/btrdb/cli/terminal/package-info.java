/**
 * The rim of the command: what it prints where, how it shows progress, how it ends. Data goes to
 * standard output, everything else to standard error.
 */
package io.btrdb.cli.terminal;
