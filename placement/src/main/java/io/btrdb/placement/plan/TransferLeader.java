package io.btrdb.placement.plan;

/** Hands the leadership to the voter on {@code to}, which has caught up. */
public record TransferLeader(String group, String from, String to, Why why) implements Step {}
