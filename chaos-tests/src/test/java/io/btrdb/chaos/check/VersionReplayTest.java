package io.btrdb.chaos.check;

import static io.btrdb.chaos.check.Script.STREAM;
import static io.btrdb.chaos.check.Script.delete;
import static io.btrdb.chaos.check.Script.insert;
import static io.btrdb.chaos.check.Script.latest;
import static io.btrdb.chaos.check.Script.pinned;
import static io.btrdb.chaos.check.Script.read;
import static io.btrdb.chaos.check.Script.replace;
import static io.btrdb.chaos.check.Script.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionReplayTest {
  private final Checker checker = new VersionReplay();
  private final Script script = new Script();

  private List<Anomaly.Kind> kinds() {
    return script.kinds(checker);
  }

  private void finds(Anomaly.Kind kind) {
    assertEquals(List.of(kind), kinds());
  }

  @Test
  void shouldAcceptEveryReadAtItsVersion() {
    script
        .ok(insert(10, 1, 20, 2), v(10, 2))
        .ok(insert(15, 3), v(10, 3))
        .ok(delete(12, 18), v(12, 0))
        .ok(latest(), read(10, 1, 20, 2), v(12, 0))
        .ok(pinned(11), read(10, 1, 15, 3, 20, 2), v(11, 0))
        .ok(pinned(10), read(), v(10, 0));
    assertEquals(List.of(), kinds());
    assertTrue(script.judge(checker).checked() >= 6);
  }

  @Test
  void shouldFindALostPoint() {
    script.ok(insert(10, 1, 20, 2), v(10, 2)).ok(latest(), read(10, 1), v(10, 2));
    finds(Anomaly.Kind.LOST);
  }

  @Test
  void shouldFindAPointOfALaterVersion() {
    script
        .ok(insert(10, 1), v(10, 1))
        .ok(insert(20, 2), v(11, 1))
        .ok(pinned(11), read(10, 1, 20, 2), v(11, 0));
    finds(Anomaly.Kind.UNEXPECTED);
  }

  @Test
  void shouldFindADoubledPoint() {
    script.ok(insert(10, 1), v(10, 1)).ok(latest(), read(10, 1, 10, 1), v(10, 1));
    finds(Anomaly.Kind.DUPLICATED);
  }

  @Test
  void shouldFindAChangedValue() {
    script.ok(insert(10, 1), v(10, 1)).ok(latest(), read(10, 7), v(10, 1));
    finds(Anomaly.Kind.UNEXPECTED);
  }

  @Test
  void shouldFindAPointThatNobodyWrote() {
    script.ok(insert(10, 1), v(10, 1)).ok(latest(), read(10, 1, 30, 5), v(10, 1));
    finds(Anomaly.Kind.UNEXPECTED);
  }

  @Test
  void shouldFindARefusedPoint() {
    script.fail(insert(10, 1)).ok(latest(), read(10, 1), v(10, 1));
    finds(Anomaly.Kind.UNEXPECTED);
  }

  @Test
  void shouldFindAResurrectedPoint() {
    script
        .ok(insert(10, 1), v(10, 1))
        .ok(delete(0, 50), v(12, 0))
        .ok(latest(), read(10, 1), v(12, 0));
    finds(Anomaly.Kind.UNEXPECTED);
  }

  @Test
  void shouldFindADeleteThatTookTooMuch() {
    script
        .ok(insert(10, 1, 50, 2), v(10, 2))
        .ok(delete(0, 50), v(12, 0))
        .ok(latest(), read(), v(12, 0));
    finds(Anomaly.Kind.LOST);
  }

  @Test
  void shouldFindUnsortedPoints() {
    script.ok(insert(10, 1, 20, 2), v(10, 2)).ok(latest(), read(20, 2, 10, 1), v(10, 2));
    assertTrue(kinds().contains(Anomaly.Kind.UNEXPECTED));
  }

  @Test
  void shouldFindAPointOutsideOfTheRange() {
    script
        .ok(insert(10, 1, 20, 2), v(10, 2))
        .ok(new Call.Values(STREAM, Call.At.LATEST, 0, 15), read(10, 1, 20, 2), v(10, 2));
    finds(Anomaly.Kind.UNEXPECTED);
  }

  @Test
  void shouldLetAnUnknownInsertComeOrNot() {
    script.info(insert(10, 1)).ok(latest(), read(), v(10, 0)).ok(latest(), read(10, 1), v(10, 1));
    assertEquals(List.of(), kinds());
  }

  @Test
  void shouldFindAnUnknownInsertThatCameAndWent() {
    script
        .info(insert(10, 1))
        .ok(latest(), read(10, 1), v(10, 1))
        .ok(insert(20, 2), v(10, 2))
        .ok(latest(), read(20, 2), v(10, 2));
    finds(Anomaly.Kind.LOST);
  }

  @Test
  void shouldFindAnUnknownInsertThatCameTwice() {
    script.info(insert(10, 1)).ok(latest(), read(10, 1, 10, 1), v(10, 2));
    finds(Anomaly.Kind.DUPLICATED);
  }

  @Test
  void shouldFindAnUnknownInsertInAVersionBeforeIt() {
    script
        .ok(insert(20, 2), v(10, 1))
        .ok(new Call.Flush(STREAM), v(11, 0))
        .info(insert(10, 1))
        .ok(pinned(11), read(10, 1, 20, 2), v(11, 0));
    finds(Anomaly.Kind.UNEXPECTED);
  }

  @Test
  void shouldFollowAnUnknownDelete() {
    script
        .ok(insert(10, 1, 20, 2), v(10, 2))
        .info(delete(0, 15))
        .ok(latest(), read(10, 1, 20, 2), v(10, 2))
        .ok(latest(), read(20, 2), v(12, 0));
    assertEquals(List.of(), kinds());
  }

  @Test
  void shouldFindWhatComesBackFromAnUnknownDelete() {
    script
        .ok(insert(10, 1), v(10, 1))
        .info(delete(0, 15))
        .ok(latest(), read(), v(12, 0))
        .ok(insert(20, 2), v(12, 1))
        .ok(latest(), read(10, 1, 20, 2), v(12, 1));
    finds(Anomaly.Kind.UNEXPECTED);
  }

  @Test
  void shouldReplaceAndFindTheOldValue() {
    script
        .ok(replace(10, 1), v(10, 1))
        .ok(replace(10, 2), v(10, 2))
        .ok(latest(), read(10, 2), v(10, 2))
        .ok(latest(), read(10, 1), v(10, 2));
    finds(Anomaly.Kind.UNEXPECTED);
  }

  @Test
  void shouldSetEntangledTimesAside() {
    for (int i = 1; i <= Cell.UNKNOWN_MAX + 1; i++) {
      script.info(replace(10, i));
    }
    script.ok(latest(), read(10, 3), v(10, 3));
    assertEquals(List.of(), kinds());
    assertEquals(1, script.judge(checker).undecided());
  }

  @Test
  void shouldAcceptTheNearestPointAndFindAWrongOne() {
    Call forward = new Call.Nearest(STREAM, Call.At.version(11), 12, false);
    Call backward = new Call.Nearest(STREAM, Call.At.version(11), 20, true);
    script
        .ok(insert(10, 1, 20, 2, 30, 3), v(10, 3))
        .ok(forward, read(20, 2), v(11, 0))
        .ok(backward, read(10, 1), v(11, 0));
    assertEquals(List.of(), kinds());
    script.ok(forward, read(30, 3), v(11, 0));
    finds(Anomaly.Kind.LOST);
  }

  @Test
  void shouldFindANearestPointOnTheWrongSideOrMissing() {
    Call backward = new Call.Nearest(STREAM, Call.At.version(11), 20, true);
    script.ok(insert(10, 1, 20, 2), v(10, 2)).ok(backward, read(20, 2), v(11, 0));
    finds(Anomaly.Kind.UNEXPECTED);
    script.ok(backward, read(), v(11, 0));
    assertEquals(List.of(Anomaly.Kind.UNEXPECTED, Anomaly.Kind.LOST), kinds());
  }

  @Test
  void shouldIgnoreReadsThatFailed() {
    script.ok(insert(10, 1), v(10, 1)).fail(latest()).info(latest());
    script.ok(latest(), new Answer.Points(Script.points(10, 1)), v(10, 1));
    assertEquals(List.of(), kinds());
  }
}
