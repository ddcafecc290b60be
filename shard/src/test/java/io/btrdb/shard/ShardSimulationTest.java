package io.btrdb.shard;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code -Dbtrdb.simulation.seeds=N} runs more seeds, {@code -Dbtrdb.simulation.seed=S} starts at,
 * or with one seed repeats, a certain one.
 */
class ShardSimulationTest {
  private static final int SEEDS = Integer.getInteger("btrdb.simulation.seeds", 80);
  private static final long FIRST = Long.getLong("btrdb.simulation.seed", 1);
  private static final int STEPS = 1_500;

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void shouldAnswerLikeThePlainModelWhateverLogAndDisksDo() {
    String last = "";
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Simulation simulation = null;
      try {
        simulation = new Simulation(seed);
        simulation.run(STEPS);
        last = simulation.summary();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ": " + e + (simulation == null ? "" : ", " + simulation.summary()), e);
      }
    }
    System.out.println(SEEDS + " seeds from " + FIRST + "; the last: " + last);
  }
}
