package io.btrdb.chaos;

import io.btrdb.chaos.check.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random faults under every checker. {@code -Dbtrdb.chaos.seconds=N} injects faults for longer; the
 * history and its report stay in {@code chaos-tests/target/chaos}, or where {@code
 * -Dbtrdb.chaos.results=DIR} says.
 */
class RandomFaultsTest {
  private static final int SECONDS = Integer.getInteger("btrdb.chaos.seconds", 45);
  private static final long PERIOD_MILLIS = 8_000;

  /** All that has something to judge in such a run: nothing is damaged in it. */
  private static final List<String> JUDGES =
      List.of(
          "VersionOrder",
          "VersionReplay",
          "FinalSet",
          "Registers",
          "RangeDeletes",
          "BatchAtomicity",
          "ExactlyOnce",
          "RepeatableAnswers",
          "Aggregates",
          "ChangedRanges",
          "ReplicaDigests",
          "OneLeader",
          "SlotCoverage",
          "Sessions",
          "Availability",
          "Leaks");

  @RegisterExtension final ClusterUnderTest cluster = new ClusterUnderTest();

  @Test
  @Timeout(7_200)
  void shouldKeepEveryPromiseUnderRandomKillsAndPauses() throws Exception {
    long seed = Seed.choose("RandomFaultsTest");
    List<Verdict> verdicts =
        new Scenario("random", seed, Nemeses.all(), SECONDS, PERIOD_MILLIS).run(cluster);
    Scenario.assertAllHold(verdicts);
    Scenario.assertJudged(verdicts, JUDGES);
  }
}
