package io.btrdb.chaos.check;

import static io.btrdb.chaos.check.Script.STREAM;
import static io.btrdb.chaos.check.Script.delete;
import static io.btrdb.chaos.check.Script.insert;
import static io.btrdb.chaos.check.Script.latest;
import static io.btrdb.chaos.check.Script.pinned;
import static io.btrdb.chaos.check.Script.read;
import static io.btrdb.chaos.check.Script.v;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.chaos.history.Answer;
import io.btrdb.chaos.history.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionOrderTest {
  private static final long MILLI = 1_000_000;

  private final Checker checker = new VersionOrder();
  private final Script script = new Script();

  private void finds(Anomaly.Kind... kinds) {
    assertEquals(List.of(kinds), script.kinds(checker));
  }

  private static Call.Values bounded(int millis) {
    return new Call.Values(STREAM, Call.At.bounded(millis), 0, Script.END);
  }

  @Test
  void shouldAcceptVersionsThatFollowTime() {
    script
        .ok(insert(1, 1), v(10, 1))
        .ok(insert(2, 2, 3, 3), v(10, 3))
        .ok(latest(), read(), v(10, 3))
        .ok(new Call.Flush(STREAM), v(11, 0))
        .ok(new Call.Flush(STREAM), v(11, 0))
        .ok(pinned(10), read(), v(10, 0))
        .ok(delete(0, 5), v(12, 0))
        .ok(insert(4, 4), v(12, 1));
    finds();
    assertEquals(8, script.judge(checker).checked());
  }

  @Test
  void shouldAcceptAnyOrderOfOperationsThatOverlap() {
    script
        .add(1, insert(1, 1), 10, 50, new Answer.Done(), v(10, 2))
        .add(2, insert(2, 2), 20, 40, new Answer.Done(), v(10, 1))
        .add(3, latest(), 30, 60, read(), v(10, 0));
    finds();
  }

  @Test
  void shouldFindAStaleRead() {
    script.ok(insert(1, 1), v(10, 1)).ok(latest(), read(), v(10, 0));
    finds(Anomaly.Kind.STALE);
  }

  @Test
  void shouldFindAReadOlderThanAnotherRead() {
    script.ok(latest(), read(1, 1), v(10, 1)).ok(latest(), read(), v(10, 0));
    finds(Anomaly.Kind.STALE);
  }

  @Test
  void shouldFindAWriteThatIsNotNewer() {
    script.ok(insert(1, 1), v(11, 1)).ok(insert(2, 2), v(10, 9));
    finds(Anomaly.Kind.STALE);
  }

  @Test
  void shouldFindAVersionGivenTwice() {
    script
        .add(1, insert(1, 1), 10, 50, new Answer.Done(), v(10, 1))
        .add(2, insert(2, 2), 20, 40, new Answer.Done(), v(10, 1));
    finds(Anomaly.Kind.VERSION_REUSED);
  }

  @Test
  void shouldFindMinorsThatOverlap() {
    script.ok(insert(1, 1), v(10, 1)).ok(insert(2, 2, 3, 3), v(10, 2));
    finds(Anomaly.Kind.VERSION_REUSED);
  }

  @Test
  void shouldFindAFlushThatLeftPointsPending() {
    script.ok(new Call.Flush(STREAM), v(11, 4));
    finds(Anomaly.Kind.WRONG_VERSION);
  }

  @Test
  void shouldFindAnotherVersionThanAskedFor() {
    script.ok(pinned(12), read(), v(11, 0));
    finds(Anomaly.Kind.WRONG_VERSION);
  }

  @Test
  void shouldAllowStalenessWithinTheBoundOnly() {
    script.ok(insert(1, 1), v(10, 1)).pass(5 * MILLI).ok(bounded(50), read(), v(10, 0));
    finds();
    script.pass(60 * MILLI).ok(bounded(50), read(), v(10, 0));
    finds(Anomaly.Kind.STALE);
  }
}
