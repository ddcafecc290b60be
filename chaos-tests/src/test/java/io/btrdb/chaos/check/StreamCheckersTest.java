package io.btrdb.chaos.check;

import static io.btrdb.chaos.check.Script.STREAM;
import static io.btrdb.chaos.check.Script.delete;
import static io.btrdb.chaos.check.Script.insert;
import static io.btrdb.chaos.check.Script.latest;
import static io.btrdb.chaos.check.Script.pinned;
import static io.btrdb.chaos.check.Script.read;
import static io.btrdb.chaos.check.Script.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Checkers of streams that keep all points. */
class StreamCheckersTest {
  private final Script script = new Script();

  private void finds(Checker checker, Anomaly.Kind... kinds) {
    assertEquals(List.of(kinds), script.kinds(checker));
  }

  @Nested
  class FinalSets {
    private final Checker checker = new FinalSet();

    private void end(double... pairs) {
      script.enter(Call.Phase.FINAL).ok(latest(), read(pairs), v(20, 0));
    }

    @Test
    void shouldAcceptWhatMustAndWhatMayBeThere() {
      script
          .ok(insert(10, 1, 20, 2), v(10, 2))
          .info(insert(30, 3))
          .info(insert(40, 4))
          .fail(insert(50, 5))
          .ok(delete(15, 25), v(12, 0));
      end(10, 1, 40, 4);
      finds(checker);
      assertEquals(5, script.judge(checker).checked());
    }

    @Test
    void shouldFindLostPoints() {
      script.ok(insert(10, 1, 20, 2), v(10, 2));
      end(20, 2);
      finds(checker, Anomaly.Kind.LOST);
    }

    @Test
    void shouldFindDoubledPointsAlsoOfUnknownFate() {
      script.ok(insert(10, 1), v(10, 1)).info(insert(20, 2));
      end(10, 1, 10, 1, 20, 2, 20, 2);
      finds(checker, Anomaly.Kind.DUPLICATED, Anomaly.Kind.DUPLICATED);
    }

    @Test
    void shouldFindUnexpectedAndMovedPoints() {
      script.ok(insert(10, 1), v(10, 1));
      end(11, 1, 30, 9);
      finds(checker, Anomaly.Kind.UNEXPECTED, Anomaly.Kind.UNEXPECTED, Anomaly.Kind.LOST);
    }

    @Test
    void shouldFindRefusedPoints() {
      script.fail(insert(10, 1));
      end(10, 1);
      finds(checker, Anomaly.Kind.REFUSED);
    }

    @Test
    void shouldFindResurrectedPoints() {
      script.ok(insert(10, 1), v(10, 1)).ok(delete(0, 15), v(12, 0));
      end(10, 1);
      finds(checker, Anomaly.Kind.RESURRECTED);
    }

    @Test
    void shouldNotTakeADeleteForAnExcuseOfWhatCameLater() {
      script.ok(delete(0, 15), v(11, 0)).ok(insert(10, 1), v(11, 1));
      end();
      finds(checker, Anomaly.Kind.LOST);
    }

    @Test
    void shouldProveNothingWithoutAFinalPhase() {
      script.ok(insert(10, 1), v(10, 1)).ok(latest(), read(), v(10, 1));
      assertEquals(0, script.judge(checker).checked());
    }
  }

  @Nested
  class Deletes {
    private final Checker checker = new RangeDeletes();

    @Test
    void shouldAcceptWhatDeletesTookAndLeft() {
      script
          .ok(insert(10, 1, 20, 2), v(10, 2))
          .ok(delete(0, 15), v(12, 0))
          .ok(insert(12, 3), v(12, 1))
          .ok(latest(), read(12, 3, 20, 2), v(12, 1))
          .ok(pinned(11), read(10, 1, 20, 2), v(11, 0));
      finds(checker);
      assertTrue(script.judge(checker).checked() > 0);
    }

    @Test
    void shouldFindAResurrectedPoint() {
      script
          .ok(insert(10, 1), v(10, 1))
          .ok(delete(0, 15), v(12, 0))
          .ok(latest(), read(10, 1), v(12, 0));
      finds(checker, Anomaly.Kind.RESURRECTED);
    }

    @Test
    void shouldFindADeletedPointInAVersionBehindTheDelete() {
      script
          .ok(insert(10, 1), v(10, 1))
          .ok(delete(0, 15), v(12, 0))
          .ok(pinned(13), read(10, 1), v(13, 0));
      finds(checker, Anomaly.Kind.RESURRECTED);
    }

    @Test
    void shouldFindADeleteThatTookTheEndOfItsRange() {
      script
          .ok(insert(10, 1, 15, 2), v(10, 2))
          .ok(delete(0, 15), v(12, 0))
          .ok(latest(), read(), v(12, 0));
      finds(checker, Anomaly.Kind.LOST);
    }

    @Test
    void shouldFindADeleteThatTookWhatCameLater() {
      script.ok(delete(0, 15), v(11, 0)).ok(insert(10, 1), v(11, 1)).ok(latest(), read(), v(11, 1));
      finds(checker, Anomaly.Kind.LOST);
    }

    @Test
    void shouldLetADeleteThatOverlapsAnInsertTakeItOrNot() {
      script
          .add(1, insert(10, 1), 10, 50, new Answer.Done(), v(10, 1))
          .add(2, delete(0, 15), 20, 40, new Answer.Done(), v(12, 0))
          .ok(latest(), read(10, 1), v(12, 0))
          .ok(latest(), read(), v(12, 1));
      finds(checker);
    }
  }

  @Nested
  class Batches {
    private final Checker checker = new BatchAtomicity();

    @Test
    void shouldAcceptWholeBatches() {
      script
          .ok(insert(10, 1, 20, 2), v(10, 2))
          .info(insert(30, 3, 40, 4))
          .ok(latest(), read(10, 1, 20, 2), v(10, 2))
          .ok(latest(), read(10, 1, 20, 2, 30, 3, 40, 4), v(10, 4))
          .ok(new Call.Values(STREAM, Call.At.LATEST, 0, 15), read(10, 1), v(10, 4));
      finds(checker);
      assertEquals(4, script.judge(checker).checked());
    }

    @Test
    void shouldFindHalfABatch() {
      script.ok(insert(10, 1, 20, 2), v(10, 2)).ok(latest(), read(20, 2), v(10, 2));
      finds(checker, Anomaly.Kind.TORN_BATCH);
    }

    @Test
    void shouldFindHalfABatchOfUnknownFate() {
      script.info(insert(10, 1, 20, 2, 30, 3)).ok(latest(), read(10, 1, 30, 3), v(10, 3));
      finds(checker, Anomaly.Kind.TORN_BATCH);
    }

    @Test
    void shouldFindHalfABatchInAnOldVersion() {
      script.ok(insert(10, 1, 20, 2), v(11, 2)).ok(pinned(11), read(10, 1), v(11, 0));
      finds(checker, Anomaly.Kind.TORN_BATCH);
    }

    @Test
    void shouldNotBlameABatchForADelete() {
      script
          .ok(insert(10, 1, 20, 2), v(10, 2))
          .ok(delete(0, 15), v(12, 0))
          .ok(latest(), read(20, 2), v(12, 0));
      finds(checker);
    }
  }

  @Nested
  class Once {
    private final Checker checker = new ExactlyOnce();

    @Test
    void shouldAcceptEachValueOnce() {
      script.ok(latest(), read(10, 1, 10, 2, 20, 3), v(10, 3));
      finds(checker);
      assertEquals(3, script.judge(checker).checked());
    }

    @Test
    void shouldFindARetryThatWasAppliedTwice() {
      script.ok(latest(), read(10, 1, 10, 1), v(10, 2));
      finds(checker, Anomaly.Kind.DUPLICATED);
    }

    @Test
    void shouldFindItAmongOthersAndInOldVersions() {
      script.ok(pinned(12), read(10, 1, 10, 2, 10, 1), v(12, 0));
      finds(checker, Anomaly.Kind.DUPLICATED);
    }

    @Test
    void shouldFindAValueAtTwoTimes() {
      script.ok(latest(), read(10, 1, 20, 1), v(10, 2));
      finds(checker, Anomaly.Kind.DUPLICATED);
    }
  }

  @Nested
  class Repeats {
    private final Checker checker = new RepeatableAnswers();

    @Test
    void shouldAcceptTheSameAnswerAndAnotherOneAtAnotherVersion() {
      script
          .ok(latest(), read(10, 1), v(11, 0))
          .ok(pinned(11), read(10, 1), v(11, 0))
          .ok(pinned(12), read(), v(12, 0));
      finds(checker);
      assertEquals(1, script.judge(checker).checked());
    }

    @Test
    void shouldFindAVersionThatLostAPoint() {
      script.ok(pinned(11), read(10, 1, 20, 2), v(11, 0)).ok(pinned(11), read(10, 1), v(11, 0));
      finds(checker, Anomaly.Kind.UNREPEATABLE);
    }

    @Test
    void shouldFindALatestThatDiffersFromTheSealedVersion() {
      script.ok(latest(), read(10, 1), v(11, 0)).ok(pinned(11), read(), v(11, 0));
      finds(checker, Anomaly.Kind.UNREPEATABLE);
    }

    @Test
    void shouldFindChangesAndWindowsThatAreToldOtherwise() {
      Call changes = new Call.Changes(STREAM, 10, Call.At.version(12), 0);
      Call windows = new Call.Aligned(STREAM, Call.At.version(12), 0, 64, 5);
      script
          .ok(changes, ranges(0, 64), v(12, 0))
          .ok(changes, ranges(0, 32), v(12, 0))
          .ok(windows, count(0, 3), v(12, 0))
          .ok(windows, count(0, 2), v(12, 0));
      finds(checker, Anomaly.Kind.UNREPEATABLE, Anomaly.Kind.UNREPEATABLE);
    }

    private static Answer ranges(long start, long end) {
      return new Answer.Ranges(new long[] {start}, new long[] {end});
    }

    private static Answer count(long start, long count) {
      double[] one = {1};
      return new Answer.Statistics(
          new long[] {start}, new long[] {count}, one, one, one, new double[] {0});
    }
  }
}
