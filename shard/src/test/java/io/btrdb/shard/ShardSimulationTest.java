package io.btrdb.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.tree.DeadBlock;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
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
    simulate(false);
  }

  /**
   * One pool for all replicas, in which the writes and deletes of deposed leaders come late; at the
   * end all replicas are lost, and what the pool has is compared, too.
   */
  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void shouldAnswerLikeThePlainModelWithSegmentsInOnePool() {
    simulate(true);
  }

  private static void simulate(boolean pooled) {
    String last = "";
    Map<DeadBlock.Extent, Long> dead = new EnumMap<>(DeadBlock.Extent.class);
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Simulation simulation = null;
      try {
        simulation = new Simulation(seed, pooled);
        simulation.run(STEPS);
        last = simulation.summary();
        simulation.deadSeen().forEach((extent, seen) -> dead.merge(extent, seen, Long::sum));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ": " + e + (simulation == null ? "" : ", " + simulation.summary()), e);
      }
    }
    System.out.println(
        SEEDS + " seeds from " + FIRST + "; dead entries " + dead + "; the last: " + last);
    if (SEEDS >= 80) {
      assertEquals(EnumSet.allOf(DeadBlock.Extent.class), dead.keySet(), "all extents were met");
    }
  }
}
