package io.btrdb.shard;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A simulation that notices nothing proves nothing: each planted bug must end one of its lifetimes.
 */
class PlantedBugTest {
  private static final int SEEDS = 60;
  private static final int STEPS = 1_500;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  @Timeout(600)
  void shouldNotice(PlantedBug bug) {
    long entries = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation simulation = null;
      try {
        simulation = new Simulation(seed, false, bug);
        simulation.run(STEPS);
        entries += simulation.entries();
      } catch (RuntimeException | AssertionError e) {
        assertTrue(simulation != null, () -> "it does not even begin: " + e);
        System.out.printf(
            "%s: noticed in lifetime %d, after %,d entries: %s%n",
            bug, seed, entries + simulation.entries(), e);
        return;
      }
    }
    fail(bug + " was not noticed in " + SEEDS + " lifetimes of " + entries + " entries");
  }
}
