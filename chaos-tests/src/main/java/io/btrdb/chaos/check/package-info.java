/**
 * Judges histories. Each {@link io.btrdb.chaos.check.Checker} looks for one kind of broken promise;
 * {@link io.btrdb.chaos.check.Checkers#all} has all of them, and {@code
 * io.btrdb.chaos.report.Recheck} runs them on a file.
 *
 * <p>BTrDB tells a version with every write and takes one with every read, so the order of
 * operations is given and need not be searched for. {@link io.btrdb.chaos.check.VersionReplay}
 * builds on that; {@link io.btrdb.chaos.check.Registers}, {@link io.btrdb.chaos.check.FinalSet} and
 * {@link io.btrdb.chaos.check.RangeDeletes} do not, and believe clocks alone: a server that lied
 * about versions consistently would still be caught.
 *
 * <p>Reading order: Checker, Verdict, KnownVersions, VersionOrder, VersionReplay with its Cell.
 */
package io.btrdb.chaos.check;
