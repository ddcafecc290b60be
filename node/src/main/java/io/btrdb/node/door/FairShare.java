package io.btrdb.node.door;

import java.util.HashMap;
import java.util.Map;

/**
 * So much of something that callers hold at the same time, shared so that a newcomer finds some
 * left. Thread-safe.
 *
 * <p>A caller may take more as long as it then holds at most {@link #EAGERNESS} times of what is
 * free. So one alone comes to 8/9 of everything, two to 8/17 each, k of them to 8/(8k + 1), and an
 * eighth of such a part stays free for the next. Nobody is counted or weighed, and nothing is taken
 * away from anyone: parts become even as what is held is given back.
 */
final class FairShare {
  private static final int EAGERNESS = 8;

  /** What callers hold that hold anything. */
  private final Map<String, Long> held = new HashMap<>();

  private long free;

  FairShare(long total) {
    free = total;
  }

  /** The most that one caller comes to while nobody else holds anything. */
  static long alone(long total) {
    return total * EAGERNESS / (EAGERNESS + 1);
  }

  /** Takes it; or nothing, and answers false. */
  synchronized boolean take(String caller, long amount) {
    long then = held.getOrDefault(caller, 0L) + amount;
    if (then > EAGERNESS * (free - amount)) {
      return false;
    }
    free -= amount;
    held.put(caller, then);
    return true;
  }

  /** Takes it in any case: it is here already. */
  synchronized void charge(String caller, long amount) {
    free -= amount;
    held.merge(caller, amount, Long::sum);
  }

  /** Whether the caller might take a little more. */
  synchronized boolean hasRoom(String caller) {
    return held.getOrDefault(caller, 0L) < EAGERNESS * free;
  }

  /** Gives back what was taken. */
  synchronized void give(String caller, long amount) {
    free += amount;
    held.computeIfPresent(caller, (who, held) -> held == amount ? null : held - amount);
  }

  synchronized long free() {
    return free;
  }
}
