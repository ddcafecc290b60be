package io.btrdb.node.catalog;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lets one step of all that follow go wrong, then calls what the test wants to happen at that
 * moment. Thread-safe.
 */
final class Faults {
  enum Mode {
    /** It is refused and certainly not done. */
    REFUSED,
    /** It gets lost, and whoever asked does not know. */
    LOST,
    /** It is done, and whoever asked does not know. */
    DONE_BUT_UNKNOWN
  }

  private int stepsBefore = -1;
  private Mode mode;
  private Runnable then = () -> {};
  private int steps;

  /** Step number {@code stepsBefore} from now on, counted from 0, goes wrong. */
  synchronized void plan(int newStepsBefore, Mode newMode, Runnable newThen) {
    stepsBefore = newStepsBefore;
    mode = newMode;
    then = newThen;
    steps = 0;
  }

  /** Steps since the last plan. */
  synchronized int steps() {
    return steps;
  }

  synchronized boolean fired() {
    return stepsBefore < 0;
  }

  synchronized <T> T around(Supplier<T> effect, Function<Boolean, T> failure) {
    steps++;
    if (stepsBefore-- != 0) {
      return effect.get();
    }
    if (mode == Mode.DONE_BUT_UNKNOWN) {
      T lost = effect.get();
      java.util.Objects.requireNonNull(lost);
    }
    T failed = failure.apply(mode != Mode.REFUSED);
    then.run();
    return failed;
  }
}
