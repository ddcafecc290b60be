package io.btrdb.chaos.check;

import io.btrdb.chaos.history.History;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** All checkers there are, with the limits that say that something is broken, not slow. */
public final class Checkers {
  /** No stream may go without a write for longer while somebody tries. */
  public static final Duration PAUSE = Duration.ofSeconds(60);

  /** Damage must be told of within this time. */
  public static final Duration ALARM = Duration.ofSeconds(120);

  /** What a process may hold more, besides twice as much as before. */
  public static final Map<String, Long> SLACK = Map.of("threads", 60L, "descriptors", 200L);

  private Checkers() {}

  public static List<Checker> all() {
    return List.of(
        new VersionOrder(),
        new VersionReplay(),
        new FinalSet(),
        new Registers(),
        new RangeDeletes(),
        new BatchAtomicity(),
        new ExactlyOnce(),
        new RepeatableAnswers(),
        new Aggregates(),
        new ChangedRanges(),
        new ReplicaDigests(),
        new OneLeader(),
        new SlotCoverage(),
        new Sessions(),
        new Availability(PAUSE),
        new NoSilentDamage(ALARM),
        new Leaks(SLACK));
  }

  /** The verdicts of all of them. */
  public static List<Verdict> judge(History history) {
    return all().stream().map(checker -> checker.check(history)).toList();
  }
}
