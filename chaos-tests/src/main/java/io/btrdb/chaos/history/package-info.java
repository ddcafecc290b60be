/**
 * What happened in a run, in a file that can be judged alone.
 *
 * <p>{@link io.btrdb.chaos.history.Call} is what a process asked, {@link
 * io.btrdb.chaos.history.Answer} what it was told, {@link io.btrdb.chaos.history.Op} both with
 * their times. {@link io.btrdb.chaos.history.HistoryWriter} writes them as they happen, {@link
 * io.btrdb.chaos.history.History#read} reads what is left of a file. Needs nothing but the JDK, so
 * that a history outlives the build that made it.
 */
package io.btrdb.chaos.history;
