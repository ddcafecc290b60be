/** How times, durations and streams are written on the command line. */
package io.btrdb.cli.text;
