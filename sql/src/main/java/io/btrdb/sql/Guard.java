package io.btrdb.sql;

import java.util.Arrays;

/**
 * What is watched of rows that pass from one operator to the next. The operators keep rows without
 * asking how many they are; so they are counted before they get there. Public for the code that is
 * made of a plan.
 *
 * <p>Whatever is watched, each row asks whether the query should end.
 */
public sealed interface Guard {
  /** The rows go through. */
  record Pass() implements Guard {}

  /**
   * The next operator keeps the rows.
   *
   * @param most of them, when it keeps no more; otherwise {@link Long#MAX_VALUE}
   */
  record Retained(long most) implements Guard {}

  /**
   * The next operator keeps one row of each group.
   *
   * @param keys columns whose values make a group
   * @param sets in how many ways it groups
   */
  record Grouped(int[] keys, int sets) implements Guard {
    @Override
    public boolean equals(Object other) {
      return other instanceof Grouped o && Arrays.equals(keys, o.keys) && sets == o.sets;
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(keys) + sets;
    }

    @Override
    public String toString() {
      return "Grouped" + Arrays.toString(keys);
    }
  }

  /** The rows are kept here, because they will be asked for again and again. */
  record Kept() implements Guard {}
}
