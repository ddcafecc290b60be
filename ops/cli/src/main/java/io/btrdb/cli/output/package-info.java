/** Results as rows of a table, of CSV or of JSON. */
package io.btrdb.cli.output;
