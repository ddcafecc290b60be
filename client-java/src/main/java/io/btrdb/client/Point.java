package io.btrdb.client;

/**
 * One measurement.
 *
 * @param time nanoseconds since the Unix epoch
 */
public record Point(long time, double value) {}
