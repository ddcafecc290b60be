package io.btrdb.storage.faulty;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides which calls go wrong, and how. Faults are scripted by the number of the call ({@link
 * #at}) or drawn from a seed ({@link #oneIn}); the same calls in the same order meet the same
 * faults.
 *
 * <p>Threads: any, though only one thread at a time is deterministic.
 */
public final class FaultPlan {
  private record Rate(Fault fault, int oneIn) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final SplittableRandom random;
  private final Map<Operation, Map<Long, Fault>> script = new EnumMap<>(Operation.class);
  private final Map<Operation, List<Rate>> rates = new EnumMap<>(Operation.class);
  private final Map<Operation, Long> calls = new EnumMap<>(Operation.class);
  private int unsyncedSurvivalPercent;
  private boolean calm;
  private long injected;

  private FaultPlan(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A plan without faults; all choices that faults added later need are drawn from the seed. */
  public static FaultPlan seeded(long seed) {
    return new FaultPlan(seed);
  }

  /** A plan without faults, for a script. */
  public static FaultPlan none() {
    return new FaultPlan(0);
  }

  /**
   * Scripts a fault.
   *
   * @param call which call of that operation from now on, from 1
   */
  public FaultPlan at(Operation operation, long call, Fault fault) {
    check(operation, fault);
    if (call < 1) {
      throw new IllegalArgumentException("calls are counted from 1, not " + call);
    }
    return locked(
        () ->
            script
                .computeIfAbsent(operation, o -> new HashMap<>())
                .put(calls.getOrDefault(operation, 0L) + call, fault));
  }

  /** Lets one call in {@code n}, drawn from the seed, have this fault. */
  public FaultPlan oneIn(int n, Operation operation, Fault fault) {
    check(operation, fault);
    if (n < 1) {
      throw new IllegalArgumentException("one in " + n + " is no rate");
    }
    return locked(
        () -> rates.computeIfAbsent(operation, o -> new ArrayList<>()).add(new Rate(fault, n)));
  }

  /**
   * Lets each unsynced change survive a crash with this chance, independently of the others, as a
   * disk writes pages in any order. 0 (none survives) unless set.
   */
  public FaultPlan unsyncedSurvivalPercent(int percent) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("a chance is 0 to 100 percent, not " + percent);
    }
    return locked(() -> unsyncedSurvivalPercent = percent);
  }

  /** Suspends all faults, or lets them happen again; calls are counted all the same. */
  public FaultPlan calm(boolean quiet) {
    return locked(() -> calm = quiet);
  }

  /** Faults that have happened so far. */
  public long injected() {
    lock.lock();
    try {
      return injected;
    } finally {
      lock.unlock();
    }
  }

  /** Counts a call; null when it goes well. */
  Fault next(Operation operation) {
    lock.lock();
    try {
      long call = calls.merge(operation, 1L, Long::sum);
      Fault fault = script.getOrDefault(operation, Map.of()).get(call);
      for (Rate rate : rates.getOrDefault(operation, List.of())) {
        // Drawn even when a fault is chosen already or none may happen, so that a script or a calm
        // spell does not shift what the seed gives later.
        boolean drawn = random.nextInt(rate.oneIn()) == 0;
        fault = fault == null && drawn ? rate.fault() : fault;
      }
      if (calm || fault == null) {
        return null;
      }
      injected++;
      return fault;
    } finally {
      lock.unlock();
    }
  }

  /** A number in [0, bound). */
  int choose(int bound) {
    lock.lock();
    try {
      return random.nextInt(bound);
    } finally {
      lock.unlock();
    }
  }

  boolean survivesUnsynced() {
    return choose(100) < unsyncedSurvivalPercent;
  }

  private FaultPlan locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      return this;
    } finally {
      lock.unlock();
    }
  }

  private static void check(Operation operation, Fault fault) {
    if (!operation.canHave(fault)) {
      throw new IllegalArgumentException(operation + " cannot have the fault " + fault);
    }
  }
}
