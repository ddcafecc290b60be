package io.btrdb.chaos.check;

import io.btrdb.chaos.history.History;

/** Looks for one kind of broken promise. Stateless; a check takes O(n log n) for n points. */
public interface Checker {
  /** What it checks, in a word. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** Judges a history, also one that broke off. */
  Verdict check(History history);
}
