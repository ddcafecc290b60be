package io.btrdb.shard;

/**
 * Hears of every insert once, in the order of the log; not of one that was refused, nor again of
 * one that was repeated. It is no part of the state: it must not throw, and what it does has no
 * bearing on what the shard does. Called by the apply thread, which it must not hold up.
 */
@FunctionalInterface
public interface InsertObserver {
  void inserted(Operation.Insert insert);
}
