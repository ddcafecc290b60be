/**
 * {@code btrdb bench}: how fast a cluster is, measured through the Java client.
 *
 * <p>{@link io.btrdb.cli.bench.BenchCommand} starts a fresh cluster ({@code Target}) and runs
 * workloads on it: each makes its data first ({@code Dataset}), warms up, repeats its measurement
 * and tells {@code Figure}s, which {@code ResultTable} prints and {@code Results} writes as JSON.
 * CPU time and bytes come from {@code /proc} and the data folders ({@code UsageMeter}, {@code
 * LogMeter}). Goals are printed beside what was reached; nothing here passes or fails.
 */
package io.btrdb.cli.bench;
