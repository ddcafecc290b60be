/**
 * Reads measurements from files of delimited text. {@link io.btrdb.cli.csv.MeasurementFile} finds
 * out how a file is written ({@link io.btrdb.cli.csv.Layout}) and hands over its rows; what it
 * cannot read it reports by line and goes on.
 */
package io.btrdb.cli.csv;
