package io.btrdb.chaos.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.chaos.check.PlainStore.Bug;
import io.btrdb.chaos.check.SimulatedRun.Load;
import io.btrdb.chaos.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All checkers against a store that is known to be right, and against one with a bug: they must be
 * content with the one and, whenever the bug has struck, not with the other. {@code
 * -Dbtrdb.chaos.histories=N} judges more of them, {@code -Dbtrdb.chaos.history=S} begins at a seed.
 */
class SimulatedHistoriesTest {
  private static final int HISTORIES = Integer.getInteger("btrdb.chaos.histories", 60);
  private static final long FIRST = Long.getLong("btrdb.chaos.history", 1);
  private static final int OPERATIONS = 150;

  /** What a bug is tried with, and who must find it each time. */
  private record Case(Load load, Class<? extends Checker> finder) {}

  private static final Map<Bug, List<Case>> CASES = new TreeMap<>();

  private static void finds(Bug bug, Load load, Class<? extends Checker> finder) {
    CASES.computeIfAbsent(bug, b -> new ArrayList<>()).add(new Case(load, finder));
  }

  static {
    finds(Bug.FORGETS_INSERT, Load.KEEPS_ALL, VersionReplay.class);
    finds(Bug.FORGETS_INSERT, Load.KEEPS_ALL, FinalSet.class);
    finds(Bug.APPLIES_TWICE, Load.KEEPS_ALL, ExactlyOnce.class);
    finds(Bug.APPLIES_TWICE, Load.KEEPS_ALL, FinalSet.class);
    finds(Bug.APPLIES_TWICE, Load.KEEPS_ALL, VersionReplay.class);
    finds(Bug.TEARS_BATCH, Load.KEEPS_ALL, BatchAtomicity.class);
    finds(Bug.TEARS_BATCH, Load.KEEPS_ALL, FinalSet.class);
    finds(Bug.DELETE_MISSES_POINT, Load.DELETES, VersionReplay.class);
    finds(Bug.REUSES_VERSION, Load.KEEPS_ALL, VersionOrder.class);
    finds(Bug.SERVES_OLD_VERSION, Load.ALL_POLICIES, VersionOrder.class);
    finds(Bug.SERVES_OLD_STATE, Load.KEEPS_ALL, VersionReplay.class);
    finds(Bug.CHANGES_SEALED_VERSION, Load.KEEPS_ALL, VersionReplay.class);
    finds(Bug.MISCOUNTS, Load.ALL_POLICIES, Aggregates.class);
    finds(Bug.HIDES_CHANGE, Load.ALL_POLICIES, ChangedRanges.class);
    finds(Bug.SKIPS_NEAREST, Load.KEEPS_ALL, VersionReplay.class);
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeContentWithAStoreThatIsRight(Load load) {
    Map<String, Long> checked = new HashMap<>();
    for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
      History history = new SimulatedRun(seed, load, Bug.NONE).run(OPERATIONS);
      for (Verdict verdict : Checkers.judge(history)) {
        assertTrue(verdict.holds(), "seed " + seed + ", " + load + ": " + verdict);
        checked.merge(verdict.checker(), verdict.checked(), Long::sum);
      }
    }
    List<String> always = List.of("VersionOrder", "VersionReplay", "Aggregates", "ChangedRanges");
    for (String checker : always) {
      assertTrue(checked.get(checker) > HISTORIES, checker + " saw " + checked.get(checker));
    }
    assertEquals(load == Load.REGISTERS, checked.get("Registers") > 0);
    assertEquals(load == Load.DELETES, checked.get("RangeDeletes") > 0);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldFindABugWhereverItStrikes(Bug bug) {
    for (Case each : CASES.get(bug)) {
      int struck = 0;
      for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
        SimulatedRun run = new SimulatedRun(seed, each.load(), bug);
        History history = run.run(OPERATIONS);
        if (run.bugHasStruck()) {
          struck++;
          Verdict verdict = verdict(each.finder(), history);
          assertTrue(verdict.found() > 0, "seed %d, %s: %s".formatted(seed, each, verdict));
        }
      }
      assertTrue(struck > HISTORIES / 2, bug + " struck only " + struck + " times: " + each);
    }
  }

  private static Verdict verdict(Class<? extends Checker> finder, History history) {
    return Checkers.all().stream()
        .filter(finder::isInstance)
        .findFirst()
        .orElseThrow()
        .check(history);
  }

  /** Registers are judged by clocks alone, so that not every bug of theirs shows. */
  @Test
  void shouldOftenFindOldStatesOfRegistersByClocksAlone() {
    int struck = 0;
    int found = 0;
    for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
      SimulatedRun run = new SimulatedRun(seed, Load.REGISTERS, Bug.SERVES_OLD_STATE);
      History history = run.run(OPERATIONS);
      struck += run.bugHasStruck() ? 1 : 0;
      found += verdict(Registers.class, history).holds() ? 0 : 1;
    }
    assertTrue(found * 3 > struck && struck > 0, found + " of " + struck);
  }
}
