package io.btrdb.chaos.check;

import static io.btrdb.chaos.check.Script.STREAM;
import static io.btrdb.chaos.check.Script.insert;
import static io.btrdb.chaos.check.Script.latest;
import static io.btrdb.chaos.check.Script.pinned;
import static io.btrdb.chaos.check.Script.read;
import static io.btrdb.chaos.check.Script.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Checkers of sessions and of the cluster as a whole. */
class ClusterCheckersTest {
  private static final long SECOND = 1_000_000_000;

  private final Script script = new Script();

  private void finds(Checker checker, Anomaly.Kind... kinds) {
    assertEquals(List.of(kinds), script.kinds(checker));
  }

  @Nested
  class Replicas {
    private final Checker checker = new ReplicaDigests();

    private static Call.Replica at(String node) {
      return new Call.Replica(STREAM, node, Call.At.version(12));
    }

    @Test
    void shouldAcceptReplicasThatAgree() {
      script
          .enter(Call.Phase.FINAL)
          .ok(at("n1"), new Answer.Digest(5, 77), v(12, 0))
          .fail(at("n2"))
          .ok(at("n2"), new Answer.Digest(5, 77), v(12, 0));
      finds(checker);
      assertEquals(1, script.judge(checker).checked());
    }

    @Test
    void shouldFindAnotherHash() {
      script
          .ok(at("n1"), new Answer.Digest(5, 77), v(12, 0))
          .ok(at("n2"), new Answer.Digest(5, 78), v(12, 0));
      finds(checker, Anomaly.Kind.REPLICAS_DIFFER);
    }

    @Test
    void shouldFindAReplicaWithFewerPoints() {
      script
          .ok(at("n1"), new Answer.Digest(5, 77), v(12, 0))
          .ok(at("n3"), new Answer.Digest(4, 77), v(12, 0));
      finds(checker, Anomaly.Kind.REPLICAS_DIFFER);
    }

    @Test
    void shouldFindAReplicaThatNeverAnswersInTheEnd() {
      script
          .fail(at("n2"))
          .enter(Call.Phase.FINAL)
          .ok(at("n1"), new Answer.Digest(5, 77), v(12, 0))
          .fail(at("n2"));
      finds(checker, Anomaly.Kind.REPLICA_SILENT);
    }
  }

  @Nested
  class Leaders {
    private final Checker checker = new OneLeader();

    private void told(String node, String group, long term, String leader) {
      script.ok(
          new Call.Leaders(node),
          new Answer.Reigns(List.of(new Answer.Reign(group, term, leader))));
    }

    @Test
    void shouldAcceptOneLeaderATerm() {
      told("n1", "g1", 3, "n1");
      told("n2", "g1", 3, "n1");
      told("n2", "g1", 4, "n2");
      told("n2", "g2", 3, "n3");
      finds(checker);
      assertEquals(4, script.judge(checker).checked());
    }

    @Test
    void shouldFindTwoLeadersOfATerm() {
      told("n1", "g1", 3, "n1");
      told("n2", "g1", 3, "n2");
      finds(checker, Anomaly.Kind.TWO_LEADERS);
    }

    @Test
    void shouldFindThemAlsoLongAfterwards() {
      told("n1", "g1", 3, "n1");
      told("n1", "g1", 9, "n3");
      told("n3", "g1", 3, "n3");
      finds(checker, Anomaly.Kind.TWO_LEADERS);
    }
  }

  @Nested
  class Slots {
    private final Checker checker = new SlotCoverage();

    private void told(int[] firsts, int... counts) {
      script.ok(new Call.Slots("n1"), new Answer.SlotRanges(firsts, counts));
    }

    @Test
    void shouldAcceptAFullMapInAnyOrder() {
      told(new int[] {2_048, 0}, 2_048, 2_048);
      finds(checker);
      assertEquals(1, script.judge(checker).checked());
    }

    @Test
    void shouldFindAGap() {
      told(new int[] {0, 2_049}, 2_048, 2_047);
      finds(checker, Anomaly.Kind.BROKEN_RANGES);
    }

    @Test
    void shouldFindAnOverlap() {
      told(new int[] {0, 2_047}, 2_048, 2_049);
      finds(checker, Anomaly.Kind.BROKEN_RANGES);
    }

    @Test
    void shouldFindThatTheEndIsMissing() {
      told(new int[] {0}, 2_048);
      finds(checker, Anomaly.Kind.BROKEN_RANGES);
    }

    @Test
    void shouldFindARangeTwice() {
      told(new int[] {0, 0}, 4_096, 4_096);
      finds(checker, Anomaly.Kind.BROKEN_RANGES);
    }
  }

  @Nested
  class Processes {
    private final Checker checker = new Sessions();

    @Test
    void shouldAcceptReadsThatKeepUp() {
      script
          .ok(1, insert(1, 1), new Answer.Done(), v(10, 1))
          .ok(1, latest(), read(1, 1), v(10, 1))
          .ok(1, pinned(10), read(), v(10, 0))
          .ok(2, latest(), read(), v(10, 0));
      finds(checker);
      assertEquals(4, script.judge(checker).checked());
    }

    @Test
    void shouldFindAProcessThatDoesNotReadItsOwnWrite() {
      script.ok(1, insert(1, 1), new Answer.Done(), v(10, 1)).ok(1, latest(), read(), v(10, 0));
      finds(checker, Anomaly.Kind.STALE);
    }

    @Test
    void shouldFindReadsThatStepBack() {
      script.ok(1, latest(), read(1, 1), v(12, 0)).ok(1, latest(), read(), v(11, 5));
      finds(checker, Anomaly.Kind.STALE);
    }

    @Test
    void shouldFindAWriteThatIsOlderThanARead() {
      script.ok(1, latest(), read(1, 1), v(12, 0)).ok(1, insert(1, 1), new Answer.Done(), v(11, 5));
      finds(checker, Anomaly.Kind.STALE);
    }
  }

  @Nested
  class Pauses {
    private final Checker checker = new Availability(Duration.ofSeconds(5));

    private void write(long second, double value) {
      long at = second * SECOND;
      script.add(1, insert(1, value), at, at + 1_000, new Answer.Done(), v(10, (long) value));
    }

    @Test
    void shouldAcceptShortPausesAndTellTheLongest() {
      write(1, 1);
      write(4, 2);
      finds(checker);
      assertTrue(script.judge(checker).notes().toString().contains("3000 ms"));
    }

    @Test
    void shouldFindALongPause() {
      write(1, 1);
      write(2, 2);
      write(9, 3);
      finds(checker, Anomaly.Kind.PAUSE_TOO_LONG);
    }

    @Test
    void shouldFindThatNothingWasAcknowledgedAnyMore() {
      write(1, 1);
      script.pass(SECOND).info(insert(1, 2)).pass(30 * SECOND).enter(Call.Phase.FINAL);
      finds(checker, Anomaly.Kind.PAUSE_TOO_LONG);
    }
  }

  @Nested
  class Damages {
    private final Checker checker = new NoSilentDamage(Duration.ofSeconds(5));

    private void damage() {
      script.ok(new Call.Damage("n1", "a byte of a segment"), new Answer.Done());
    }

    private void alarm(String node, long figure) {
      script.ok(new Call.Alarm(node), new Answer.Figures(Map.of("repairs", figure)));
    }

    @Test
    void shouldAcceptDamageThatWasTold() {
      damage();
      alarm("n1", 0);
      alarm("n1", 1);
      finds(checker);
      assertEquals(1, script.judge(checker).checked());
    }

    @Test
    void shouldFindDamageThatNobodyMentioned() {
      damage();
      alarm("n1", 0);
      alarm("n2", 3);
      finds(checker, Anomaly.Kind.SILENT_DAMAGE);
    }

    @Test
    void shouldNotTakeAnAlarmForDamageThatCameLater() {
      alarm("n1", 2);
      damage();
      finds(checker, Anomaly.Kind.SILENT_DAMAGE);
    }

    @Test
    void shouldFindThatAnAlarmCameTooLate() {
      damage();
      script.pass(6 * SECOND);
      alarm("n1", 1);
      finds(checker, Anomaly.Kind.SILENT_DAMAGE);
    }
  }

  @Nested
  class Leaking {
    private final Checker checker = new Leaks(Map.of("threads", 10L, "descriptors", 20L));

    private void holds(String node, long threads, long descriptors) {
      script.ok(
          new Call.Resources(node),
          new Answer.Figures(Map.of("threads", threads, "descriptors", descriptors)));
    }

    @Test
    void shouldAcceptWhatStaysWithinBounds() {
      holds("n1", 50, 100);
      script.enter(Call.Phase.FAULTS);
      holds("n1", 500, 1_000);
      script.enter(Call.Phase.FINAL);
      holds("n1", 110, 220);
      finds(checker);
      assertEquals(2, script.judge(checker).checked());
    }

    @Test
    void shouldFindThreadsThatStayed() {
      holds("n1", 50, 100);
      script.enter(Call.Phase.FAULTS).enter(Call.Phase.FINAL);
      holds("n1", 111, 100);
      finds(checker, Anomaly.Kind.LEAK);
    }

    @Test
    void shouldFindDescriptorsThatStayedOnOneNode() {
      holds("n1", 50, 100);
      holds("n2", 50, 100);
      script.enter(Call.Phase.FAULTS).enter(Call.Phase.FINAL);
      holds("n1", 50, 100);
      holds("n2", 50, 300);
      finds(checker, Anomaly.Kind.LEAK);
    }
  }
}
