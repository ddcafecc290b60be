/**
 * {@code btrdb demo}: the whole of BTrDB in two minutes on one machine.
 *
 * <p>{@link io.btrdb.cli.demo.DemoCommand} tells the story in chapters, each a class: {@code
 * Loading} generates a year of a substation's measurements and stores it, {@code Zoom} finds an
 * event by statistics alone, {@code TimeTravel} reads an old version after changes, and {@code
 * Failover} kills a leader under load and proves that nothing acknowledged was lost. Every claim
 * that is printed has been computed from what was read back; one that does not hold fails the
 * command.
 */
package io.btrdb.cli.demo;
